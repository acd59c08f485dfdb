"""The settings that the projects of desk and console share, from these variables.

DATABASE_URL              the database of cases and register; by default a file in the data folder
BREACHDESK_DESK_DATA      the data folder: the receipts' salt, sealed files, the default database
BREACHDESK_DESK_PUBLIC    the desk's public key, 32 bytes in hexadecimal; empty for commands that
                          receive no report
BREACHDESK_DESK_SCANNER   how `clamdscan` is called, such as `clamdscan`; empty: no scanner
"""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from breachdesk.database import database_settings
from breachdesk.desk import _data
from breachdesk.desk.errors import DataFolderError

_PUBLIC_BYTES = 32


def desk_settings() -> dict[str, Any]:
    """DATABASES, DESK_DATA, DESK_PUBLIC_KEY and DESK_SCANNER. Raises `ImproperlyConfigured`."""
    folder = Path(_required("BREACHDESK_DESK_DATA")).absolute()
    try:
        _data.prepare(folder)
    except DataFolderError as error:
        raise ImproperlyConfigured(f"BREACHDESK_DESK_DATA: {error}") from None
    url = os.environ.get("DATABASE_URL", "") or f"sqlite:///{folder / 'desk.db'}"
    return {
        "DATABASES": {"default": database_settings(url)},
        "DESK_DATA": folder,
        "DESK_PUBLIC_KEY": _public_key(os.environ.get("BREACHDESK_DESK_PUBLIC", "")),
        "DESK_SCANNER": os.environ.get("BREACHDESK_DESK_SCANNER", ""),
    }


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: `breachdesk serve --desk` sets it")
    return value


def _public_key(text: str) -> bytes:
    if not text:
        return b""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _PUBLIC_BYTES:
        raise ImproperlyConfigured("BREACHDESK_DESK_PUBLIC is not 32 bytes in hexadecimal")
    return key
