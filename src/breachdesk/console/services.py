"""What can be done at the console, one action each.

Each takes the actor first, asks the policy, changes, and writes the history of the case and the
audit record in the same transaction. What is refused raises `errors.Refused` and changes nothing.
"""

from breachdesk.console._calls import begin, end, latest, open_call, prove, take_down
from breachdesk.console._cases import (
    ask,
    assign,
    close,
    mark_urgent,
    merge,
    note,
    reopen,
    reply,
    resolve,
    save_draft,
    summarise,
    take,
)
from breachdesk.console._clusters import cases_of, dismiss, linked, warn
from breachdesk.console._duties import duties, finish_clock, laws, reopen_clock, start_clock
from breachdesk.console._export import as_csv, as_xlsx
from breachdesk.console._figures import board, figures
from breachdesk.console._incidents import (
    add_event,
    incident_of,
    known_incidents,
    preview,
    publish,
)
from breachdesk.console._queue import bulk, counts, queue
from breachdesk.console._reading import new_receipt, read, read_one_file
from breachdesk.console._replies import (
    ReplyWords,
    add_reply,
    change_reply,
    prepared,
    remove_reply,
)
from breachdesk.console._search import Query, find

__all__ = [
    "Query",
    "ReplyWords",
    "add_event",
    "add_reply",
    "as_csv",
    "as_xlsx",
    "ask",
    "assign",
    "begin",
    "board",
    "bulk",
    "cases_of",
    "change_reply",
    "close",
    "counts",
    "dismiss",
    "duties",
    "end",
    "figures",
    "find",
    "finish_clock",
    "incident_of",
    "known_incidents",
    "latest",
    "laws",
    "linked",
    "mark_urgent",
    "merge",
    "new_receipt",
    "note",
    "open_call",
    "prepared",
    "preview",
    "prove",
    "publish",
    "queue",
    "read",
    "read_one_file",
    "remove_reply",
    "reopen",
    "reopen_clock",
    "reply",
    "resolve",
    "save_draft",
    "start_clock",
    "summarise",
    "take",
    "take_down",
    "warn",
]
