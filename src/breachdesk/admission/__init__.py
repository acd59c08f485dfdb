"""Who may have an evaluation, and what it costs them: limits, proof of work, budgets, alarms.

Everything here refuses when it cannot count. It knows networks, points of time and numbers; it
imports nothing that knows a field, a key or an answer.
"""

from breachdesk.admission._admission import Admission
from breachdesk.admission._alarms import ALARM_FORMAT, Alarms, make_alarms
from breachdesk.admission._batches import BatchGate
from breachdesk.admission._budgets import DEFAULT_DAY, DEFAULT_EPOCH, Block, Budget
from breachdesk.admission._clients import Network, client_address
from breachdesk.admission._delivery import check_webhook, mail, parse_mail_route, webhook
from breachdesk.admission._gate import Gate
from breachdesk.admission._ledger import COUNTS_FILE, DayCount, Ledger, Totals, read_counts
from breachdesk.admission._limits import LIMIT_REASONS, ClientLimits, client_networks
from breachdesk.admission._load import Load
from breachdesk.admission._one_at_a_time import OneAtATime
from breachdesk.admission._redis_store import redis_store
from breachdesk.admission._settings import DEFAULT_RATE, AdmissionSettings
from breachdesk.admission._store import (
    PASSED,
    SPENT,
    Count,
    CountStore,
    MemoryStore,
    Take,
    memory_store,
)
from breachdesk.admission._tokens import (
    DEFAULT_EFFORT,
    MOST_EFFORT,
    TOKEN_REASONS,
    TOKEN_SECONDS,
    Tokens,
)
from breachdesk.admission._watch import REASONS, Watch
from breachdesk.admission.errors import (
    AdmissionError,
    BudgetSpent,
    Limited,
    OptionError,
    StoreError,
    TokenRefused,
)

__all__ = [
    "ALARM_FORMAT",
    "COUNTS_FILE",
    "DEFAULT_DAY",
    "DEFAULT_EFFORT",
    "DEFAULT_EPOCH",
    "DEFAULT_RATE",
    "LIMIT_REASONS",
    "MOST_EFFORT",
    "PASSED",
    "REASONS",
    "SPENT",
    "TOKEN_REASONS",
    "TOKEN_SECONDS",
    "Admission",
    "AdmissionError",
    "AdmissionSettings",
    "Alarms",
    "BatchGate",
    "Block",
    "Budget",
    "BudgetSpent",
    "ClientLimits",
    "Count",
    "CountStore",
    "DayCount",
    "Gate",
    "Ledger",
    "Limited",
    "Load",
    "MemoryStore",
    "Network",
    "OneAtATime",
    "OptionError",
    "StoreError",
    "Take",
    "TokenRefused",
    "Tokens",
    "Totals",
    "Watch",
    "check_webhook",
    "client_address",
    "client_networks",
    "mail",
    "make_alarms",
    "memory_store",
    "parse_mail_route",
    "read_counts",
    "redis_store",
    "webhook",
]
