"""The key folder: making it, sealing it, sharing it, and opening just the keys a process needs.

Key files are 0600 in a folder 0700; `folder.toml` holds the public values and says how it is kept;
`audit.jsonl` tells what happened to it.
"""

from breachdesk.keys._audited import AUDIT_FILE, tell
from breachdesk.keys._create import create
from breachdesk.keys._custody import (
    AgeCustody,
    CredentialCustody,
    Custody,
    PassphraseCustody,
    new_credential,
)
from breachdesk.keys._custody_pkcs11 import TokenCustody
from breachdesk.keys._destroy import destroy
from breachdesk.keys._document import CUSTODIES, TokenPlace
from breachdesk.keys._files import PUBLIC_FILE
from breachdesk.keys._folder import KeyFolder, OprfKey, custody_name, open_folder
from breachdesk.keys._later import (
    add_desk_key,
    builder_vkey,
    make_ledger_key,
    rejects_public,
)
from breachdesk.keys._names import (
    EPOCH_KEYS,
    HOLDER_KEYS,
    KEY_NAMES,
    LASTING_KEYS,
    SPLIT_KINDS,
)
from breachdesk.keys._public import (
    OPRF_KINDS,
    OprfPublic,
    PublicKeys,
    SharePublic,
    check_possession,
)
from breachdesk.keys._rotate import rotate
from breachdesk.keys._seal import seal, unseal
from breachdesk.keys._signing import DEFAULT_ORIGIN, BuilderVerifier, SigningKey, builder_key
from breachdesk.keys._split import SplitRequest, split
from breachdesk.keys._unlock import UNLOCK_HANDLE, Unlock
from breachdesk.keys._witness import WITNESS_FILE, create_witness, open_witness
from breachdesk.keys._wrap import WRAPPED_BYTES, wrap
from breachdesk.keys.errors import (
    InvalidParameter,
    KeyAuditError,
    KeyBusy,
    KeyDestroyed,
    KeyFolderExists,
    KeyFormat,
    KeyLocked,
    KeyMissing,
    KeyNotHeld,
    KeyNotOpened,
    KeyPermissions,
    KeysError,
    KeyUnreadable,
    RejectsKeyMissing,
    SplitError,
    WrapError,
)

__all__ = [
    "AUDIT_FILE",
    "CUSTODIES",
    "DEFAULT_ORIGIN",
    "EPOCH_KEYS",
    "HOLDER_KEYS",
    "KEY_NAMES",
    "LASTING_KEYS",
    "OPRF_KINDS",
    "PUBLIC_FILE",
    "SPLIT_KINDS",
    "UNLOCK_HANDLE",
    "WITNESS_FILE",
    "WRAPPED_BYTES",
    "AgeCustody",
    "BuilderVerifier",
    "CredentialCustody",
    "Custody",
    "InvalidParameter",
    "KeyAuditError",
    "KeyBusy",
    "KeyDestroyed",
    "KeyFolder",
    "KeyFolderExists",
    "KeyFormat",
    "KeyLocked",
    "KeyMissing",
    "KeyNotHeld",
    "KeyNotOpened",
    "KeyPermissions",
    "KeyUnreadable",
    "KeysError",
    "OprfKey",
    "OprfPublic",
    "PassphraseCustody",
    "PublicKeys",
    "RejectsKeyMissing",
    "SharePublic",
    "SigningKey",
    "SplitError",
    "SplitRequest",
    "TokenCustody",
    "TokenPlace",
    "Unlock",
    "WrapError",
    "add_desk_key",
    "builder_key",
    "builder_vkey",
    "check_possession",
    "create",
    "create_witness",
    "custody_name",
    "destroy",
    "make_ledger_key",
    "new_credential",
    "open_folder",
    "open_witness",
    "rejects_public",
    "rotate",
    "seal",
    "split",
    "tell",
    "unseal",
    "wrap",
]
