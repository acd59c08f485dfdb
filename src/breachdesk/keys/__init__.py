"""The key folder: making it, and opening just the keys that a process needs.

Key files are 0600 in a folder 0700; `folder.toml` holds the public values.
"""

from breachdesk.keys._create import create
from breachdesk.keys._files import PUBLIC_FILE
from breachdesk.keys._folder import KEY_NAMES, KeyFolder, OprfKey, open_folder
from breachdesk.keys._public import OPRF_KINDS, OprfPublic, PublicKeys
from breachdesk.keys._signing import DEFAULT_ORIGIN, SigningKey
from breachdesk.keys._witness import WITNESS_FILE, create_witness, open_witness
from breachdesk.keys.errors import (
    InvalidParameter,
    KeyFolderExists,
    KeyFormat,
    KeyMissing,
    KeyNotOpened,
    KeyPermissions,
    KeysError,
    KeyUnreadable,
)

__all__ = [
    "DEFAULT_ORIGIN",
    "KEY_NAMES",
    "OPRF_KINDS",
    "PUBLIC_FILE",
    "WITNESS_FILE",
    "InvalidParameter",
    "KeyFolder",
    "KeyFolderExists",
    "KeyFormat",
    "KeyMissing",
    "KeyNotOpened",
    "KeyPermissions",
    "KeyUnreadable",
    "KeysError",
    "OprfKey",
    "OprfPublic",
    "PublicKeys",
    "SigningKey",
    "create",
    "create_witness",
    "open_folder",
    "open_witness",
]
