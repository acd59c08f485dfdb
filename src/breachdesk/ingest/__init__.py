"""From leaked files to a published release: read, clean, evaluate, seal, publish."""

from breachdesk.ingest._guess import guess_mapping
from breachdesk.ingest._inspect import (
    ColumnGuess,
    Inspection,
    Inspections,
    columns_unsure,
    inspect,
)
from breachdesk.ingest._mapping import Mapping
from breachdesk.ingest._mapping_file import MappingFile, load_mapping
from breachdesk.ingest._passwords import Passwords
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
from breachdesk.ingest._source import Reading
from breachdesk.ingest.errors import (
    BuildError,
    IngestError,
    MappingUnsure,
    SourceError,
    UnsureColumn,
)

__all__ = [
    "DEFAULT_MAX_SLOTS",
    "BuildError",
    "BuildReport",
    "BuildRequest",
    "ColumnGuess",
    "IngestError",
    "Inspection",
    "Inspections",
    "LookupReport",
    "Mapping",
    "MappingFile",
    "MappingUnsure",
    "Passwords",
    "Progress",
    "Reading",
    "SourceError",
    "StageTime",
    "UnsureColumn",
    "build",
    "columns_unsure",
    "guess_mapping",
    "inspect",
    "load_mapping",
    "silent",
]
