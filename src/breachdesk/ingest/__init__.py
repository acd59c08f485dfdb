"""From leaked files to a published release: read, clean, evaluate, seal, publish."""

from breachdesk.ingest._inspect import ColumnGuess, Inspection, inspect
from breachdesk.ingest._letters import ADDRESSED as LETTER_ADDRESSED
from breachdesk.ingest._letters import LettersReport, LettersRequest, write_letters
from breachdesk.ingest._mapping import Mapping, guess_mapping, load_mapping
from breachdesk.ingest._pipeline import build
from breachdesk.ingest._request import (
    DEFAULT_MAX_SLOTS,
    BuildReport,
    BuildRequest,
    LookupReport,
    Progress,
    StageTime,
    silent,
)
from breachdesk.ingest._retire import Retired, RetireRequest, retire_epoch
from breachdesk.ingest.errors import (
    BuildError,
    IngestError,
    MappingUnsure,
    RetireError,
    SourceError,
    UnsureColumn,
)

__all__ = [
    "DEFAULT_MAX_SLOTS",
    "LETTER_ADDRESSED",
    "BuildError",
    "BuildReport",
    "BuildRequest",
    "ColumnGuess",
    "IngestError",
    "Inspection",
    "LettersReport",
    "LettersRequest",
    "LookupReport",
    "Mapping",
    "MappingUnsure",
    "Progress",
    "RetireError",
    "RetireRequest",
    "Retired",
    "SourceError",
    "StageTime",
    "UnsureColumn",
    "build",
    "guess_mapping",
    "inspect",
    "load_mapping",
    "retire_epoch",
    "silent",
    "write_letters",
]
