"""Canonical forms of what people type and files hold, their codes, and the OPRF inputs."""

from breachdesk.identifiers._channel import (
    CHANNEL_TYPES,
    TOKEN_BYTES,
    channel_address,
    token_input,
)
from breachdesk.identifiers._codes import (
    CODE_ALPHABET,
    LETTER_ID_LENGTH,
    letter_code,
    letter_code_of,
    letter_id,
    letter_ids,
    one_time_code,
    with_check_character,
)
from breachdesk.identifiers._fields import CANONICALISATION_VERSION, FIELDS, Field, canonical
from breachdesk.identifiers._fold import EMPTY_CODE_POINTS, fold
from breachdesk.identifiers._input import oprf_input
from breachdesk.identifiers._numbers import birth_date_from_rrn
from breachdesk.identifiers._phone import NATIONAL
from breachdesk.identifiers.errors import REASONS, InvalidField, Reason

__all__ = [
    "CANONICALISATION_VERSION",
    "CHANNEL_TYPES",
    "CODE_ALPHABET",
    "EMPTY_CODE_POINTS",
    "FIELDS",
    "LETTER_ID_LENGTH",
    "NATIONAL",
    "REASONS",
    "TOKEN_BYTES",
    "Field",
    "InvalidField",
    "Reason",
    "birth_date_from_rrn",
    "canonical",
    "channel_address",
    "fold",
    "letter_code",
    "letter_code_of",
    "letter_id",
    "letter_ids",
    "one_time_code",
    "oprf_input",
    "token_input",
    "with_check_character",
]
