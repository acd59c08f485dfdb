"""Calls that are really ours: an agent reads a code out, the caller types it on the desk's page."""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from breachdesk.desk import _data
from breachdesk.desk.errors import NotAllowedError, WrongCallCodeError
from breachdesk.desk.models import CallProof
from breachdesk.incidents import Actor

CODE_DIGITS: Final = 8
CODE_MINUTES: Final = 10
_END_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class ProvenCall:
    """What the page shows of a call that is ours: who speaks, since when, to which number."""

    staff: str
    since: datetime
    phone_end: str


def make_call_proof(actor: Actor, *, phone_end: str = "") -> str:
    """8 digits for an agent to read out, good once and for 10 minutes.

    `phone_end` are the last four digits of the number that the agent speaks with: the page shows
    them, so that a scammer cannot pass on a code that he got for a call of his own.
    Raises `NotAllowedError` for anybody but staff.
    """
    if actor.role != "staff" or actor.id is None:
        raise NotAllowedError("only staff prove a call")
    if phone_end and not (len(phone_end) == _END_DIGITS and phone_end.isdigit()):
        raise ValueError("phone_end is four digits, or empty")
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    now = timezone.now()
    CallProof.objects.create(
        digest=_digest(code),
        created_at=now,
        expires_at=now + timedelta(minutes=CODE_MINUTES),
        staff_id=actor.id,
        phone_end=phone_end,
    )
    return code


def verify_call(typed: str) -> ProvenCall:
    """Use a code up; blanks, hyphens and full-width digits are no matter.

    Raises `WrongCallCodeError`.
    """
    folded = unicodedata.normalize("NFKC", typed)
    code = "".join(one for one in folded if one.isascii() and one.isdigit())
    now = timezone.now()
    with transaction.atomic():
        row = (
            CallProof.objects.select_for_update()
            .filter(digest=_digest(code), used_at=None, expires_at__gt=now)
            .first()
        )
        if row is None:
            raise WrongCallCodeError("no call has this code now")
        row.used_at = now
        row.save(update_fields=("used_at",))
    user = User.objects.get(pk=row.staff_id)
    return ProvenCall(user.get_full_name(), row.created_at, row.phone_end)


def _digest(code: str) -> str:
    """Keyed with the salt of the data folder, which is not in the database."""
    return hmac.digest(_data.salt(), b"breachdesk/call/v1" + code.encode(), "sha256").hex()
