"""From leaked files to a published release: read, clean, evaluate, seal, publish."""

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
from breachdesk.ingest.errors import BuildError, IngestError, SourceError

__all__ = [
    "DEFAULT_MAX_SLOTS",
    "BuildError",
    "BuildReport",
    "BuildRequest",
    "IngestError",
    "LookupReport",
    "Progress",
    "SourceError",
    "StageTime",
    "build",
    "silent",
]
