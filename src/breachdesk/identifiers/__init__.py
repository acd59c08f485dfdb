"""Canonical forms of what people type and files hold, and the OPRF input made of them."""

from breachdesk.identifiers._fields import CANONICALISATION_VERSION, FIELDS, Field, canonical
from breachdesk.identifiers._fold import EMPTY_CODE_POINTS, fold
from breachdesk.identifiers._input import oprf_input
from breachdesk.identifiers._numbers import birth_date_from_rrn
from breachdesk.identifiers._phone import NATIONAL
from breachdesk.identifiers.errors import REASONS, InvalidField, Reason

__all__ = [
    "CANONICALISATION_VERSION",
    "EMPTY_CODE_POINTS",
    "FIELDS",
    "NATIONAL",
    "REASONS",
    "Field",
    "InvalidField",
    "Reason",
    "birth_date_from_rrn",
    "canonical",
    "fold",
    "oprf_input",
]
