"""From leaked files to a published release: read, clean, evaluate, seal, publish."""

from breachdesk.ingest._guess import guess_mapping
from breachdesk.ingest._inspect import (
    ColumnGuess,
    Inspection,
    Inspections,
    columns_unsure,
    inspect,
)
from breachdesk.ingest._ledger_view import LedgerEntry, destroy_ledger, show_ledger
from breachdesk.ingest._letters import ADDRESSED as LETTER_ADDRESSED
from breachdesk.ingest._letters import LettersReport, LettersRequest, write_letters
from breachdesk.ingest._mapping import Mapping
from breachdesk.ingest._mapping_file import MappingFile, load_mapping
from breachdesk.ingest._passwords import Passwords
from breachdesk.ingest._people_count import ItemCount, PeopleCount, count_people
from breachdesk.ingest._pipeline import build
from breachdesk.ingest._rejects_file import REASONS as REJECT_REASONS
from breachdesk.ingest._rejects_view import (
    MaskedRow,
    RejectsRequest,
    RejectsView,
    TableCounts,
    export_rejects,
    view_rejects,
)
from breachdesk.ingest._request import (
    DEFAULT_MAX_SLOTS,
    Amend,
    BuildReport,
    BuildRequest,
    LookupReport,
    Progress,
    SourceReport,
    StageTime,
    silent,
)
from breachdesk.ingest._retire import Retired, RetireRequest, retire_epoch
from breachdesk.ingest._retire_incident import (
    RetiredIncident,
    RetireIncidentRequest,
    retire_incident,
)
from breachdesk.ingest._source import Reading
from breachdesk.ingest._traces import leave_no_core, plain_swap
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
    "REJECT_REASONS",
    "Amend",
    "BuildError",
    "BuildReport",
    "BuildRequest",
    "ColumnGuess",
    "IngestError",
    "Inspection",
    "Inspections",
    "ItemCount",
    "LedgerEntry",
    "LettersReport",
    "LettersRequest",
    "LookupReport",
    "Mapping",
    "MappingFile",
    "MappingUnsure",
    "MaskedRow",
    "Passwords",
    "PeopleCount",
    "Progress",
    "Reading",
    "RejectsRequest",
    "RejectsView",
    "RetireError",
    "RetireIncidentRequest",
    "RetireRequest",
    "Retired",
    "RetiredIncident",
    "SourceError",
    "SourceReport",
    "StageTime",
    "TableCounts",
    "UnsureColumn",
    "build",
    "columns_unsure",
    "count_people",
    "destroy_ledger",
    "export_rejects",
    "guess_mapping",
    "inspect",
    "leave_no_core",
    "load_mapping",
    "plain_swap",
    "retire_epoch",
    "retire_incident",
    "show_ledger",
    "silent",
    "view_rejects",
    "write_letters",
]
