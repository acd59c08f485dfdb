"""What happens to a case after its report: messages, withdrawal, another receipt."""

import json
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from breachdesk.desk import _data
from breachdesk.desk._history import record
from breachdesk.desk._opened import Opened, seal_message, seal_text
from breachdesk.desk._report import Receipt
from breachdesk.desk._retention import keep_case_until
from breachdesk.desk._submissions import once
from breachdesk.desk.errors import CaseEndedError, NotAllowedError
from breachdesk.desk.models import (
    ENDED,
    FROM_PERSON,
    MERGED,
    OPEN,
    RESOLVED,
    SEALED_KINDS,
    TO_PERSON,
    WAITING_PERSON,
    WITHDRAWN,
    Case,
    Message,
    Sealed,
)
from breachdesk.envelope import receipt_from, stretch, wrap_for_receipt
from breachdesk.incidents import Actor


def reply(actor: Actor, opened: Opened, text: str, *, form_key: bytes) -> bool:
    """Write a message: to the desk from a person, to the person from staff. Whether it is new.

    A person's message opens a case again that was resolved, or that waited for the person, and ends
    the pause of its clocks. Raises `FormUsedError`, `CaseEndedError` for a case that was withdrawn,
    closed or shredded.
    """
    direction = FROM_PERSON if actor.role == "person" else TO_PERSON

    def work() -> Case:
        case = _locked(opened.case)
        if case.state in ENDED and case.state not in (RESOLVED, MERGED):
            raise CaseEndedError("this case takes no more messages")
        Message.objects.create(
            case=case,
            direction=direction,
            sealed=seal_message(opened.key, direction, text),
            created_at=timezone.now(),
            author=actor.name,
        )
        if direction == FROM_PERSON and case.state in (WAITING_PERSON, RESOLVED):
            _resume(case)
        record(actor, case, "message", direction=direction)
        return case

    content = json.dumps([opened.case.number, direction, text], ensure_ascii=False).encode()
    return not once(form_key, content, work)[1]


def mark_read(actor: Actor, opened: Opened) -> None:
    """The other side's messages have been seen."""
    direction = TO_PERSON if actor.role == "person" else FROM_PERSON
    unread = Message.objects.filter(case=opened.case, direction=direction, read_at=None)
    unread.update(read_at=timezone.now())


def write_text(actor: Actor, opened: Opened, kind: str, value: Any) -> None:
    """Seal another text into a case, such as a note of staff, or a person's new contact."""
    if kind not in SEALED_KINDS:
        raise ValueError("no such kind of text")
    with transaction.atomic():
        case = _locked(opened.case)
        Sealed.objects.create(
            case=case,
            kind=kind,
            sealed=seal_text(opened.key, kind, value),
            created_at=timezone.now(),
            by=actor.name,
        )
        record(actor, case, "text", kind=kind)


def withdraw(actor: Actor, opened: Opened) -> None:
    """The person takes the report back: nobody works on it. Nothing to do if it is so already."""
    with transaction.atomic():
        case = _locked(opened.case)
        if case.state == WITHDRAWN:
            return
        case.state = WITHDRAWN
        case.ended_at = timezone.now()
        case.retain_until = keep_case_until(timezone.localdate(case.ended_at))
        case.save(update_fields=("state", "ended_at", "retain_until"))
        record(actor, case, "withdrawn")


def ask_recovery(actor: Actor, number: str) -> None:
    """A person without his receipt asks to be called at the contact of his case.

    Returns alike whether there is such a case or not.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(number=number).first()
        if case is None or case.shredded_at or case.recovery_asked_at:
            return
        case.recovery_asked_at = timezone.now()
        case.save(update_fields=("recovery_asked_at",))
        record(actor, case, "recovery-asked")


def reseal_receipt(actor: Actor, opened: Opened) -> Receipt:
    """Another receipt for a case, by staff who have reached the person over a verified channel.

    The old receipt opens nothing from now on. `opened` comes from the desk's private key.
    Raises `NotAllowedError` for anybody but staff.
    """
    if actor.role != "staff":
        raise NotAllowedError("only staff make another receipt")
    digits = receipt_from(secrets.token_bytes(32))
    keys = stretch(digits, _data.salt())
    with transaction.atomic():
        case = _locked(opened.case)
        case.receipt_id = keys.lookup_id.hex()
        case.wrapped_for_receipt = wrap_for_receipt(keys.wrap_key, opened.key, case.number)
        case.recovery_asked_at = None
        case.save(update_fields=("receipt_id", "wrapped_for_receipt", "recovery_asked_at"))
        record(actor, case, "receipt-resealed")
    return Receipt(case.number, digits)


def _locked(case: Case) -> Case:
    """The row as it is now, until the commit. Raises `CaseEndedError` if it was shredded."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    if row.shredded_at is not None:
        raise CaseEndedError("this case is no longer kept")
    return row


def _resume(case: Case) -> None:
    """Open again, and let the clocks run on."""
    now = timezone.now()
    if case.paused_since is not None:
        case.paused_seconds += int((now - case.paused_since).total_seconds())
        case.paused_since = None
    case.state = OPEN
    case.ended_at = None
    case.save(update_fields=("state", "ended_at", "paused_since", "paused_seconds"))
