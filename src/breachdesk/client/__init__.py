"""The reference client: asks a service, and verifies what was saved (PROTOCOL.md)."""

from breachdesk.client._answer import Answer, Covers, Found
from breachdesk.client._client import Client
from breachdesk.client._evidence import EVIDENCE_FORMAT, EVIDENCE_LIMIT, verify_evidence
from breachdesk.client._keys import check_key_lists
from breachdesk.client._question import Question, make_question
from breachdesk.client._transport import Transport
from breachdesk.client.errors import CheckError, QuestionError, ReleaseMovedError

__all__ = [
    "EVIDENCE_FORMAT",
    "EVIDENCE_LIMIT",
    "Answer",
    "CheckError",
    "Client",
    "Covers",
    "Found",
    "Question",
    "QuestionError",
    "ReleaseMovedError",
    "Transport",
    "check_key_lists",
    "make_question",
    "verify_evidence",
]
