"""The reference client: asks a service, and verifies what was saved (PROTOCOL.md)."""

from breachdesk.client._answer import Answer, Covers, Found
from breachdesk.client._channel import ADDRESSED, Ticket
from breachdesk.client._client import Client, Fetch
from breachdesk.client._evidence import EVIDENCE_FORMAT, EVIDENCE_LIMIT, Evidence, verify_evidence
from breachdesk.client._keys import check_key_list, possession_context
from breachdesk.client._open import finalize_question
from breachdesk.client._question import Question, make_question, needs_code, typed_fields
from breachdesk.client._token import ChannelProof, finalize_token
from breachdesk.client._transport import Transport
from breachdesk.client.errors import CheckError, QuestionError, RefusedError, ReleaseMovedError

__all__ = [
    "ADDRESSED",
    "EVIDENCE_FORMAT",
    "EVIDENCE_LIMIT",
    "Answer",
    "ChannelProof",
    "CheckError",
    "Client",
    "Covers",
    "Evidence",
    "Fetch",
    "Found",
    "Question",
    "QuestionError",
    "RefusedError",
    "ReleaseMovedError",
    "Ticket",
    "Transport",
    "check_key_list",
    "finalize_question",
    "finalize_token",
    "make_question",
    "needs_code",
    "possession_context",
    "typed_fields",
    "verify_evidence",
]
