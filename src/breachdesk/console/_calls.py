"""Telephone: the log of calls, reports taken down, and the proof that a call is really ours."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from breachdesk.console import _ledger
from breachdesk.console._policy import Actor, permit
from breachdesk.console.errors import Refused
from breachdesk.console.models import CALL_KINDS, PROOF, REPORT, Call
from breachdesk.desk import services as desk
from breachdesk.desk.models import Case


@dataclass(frozen=True, slots=True)
class Taken:
    """A report that was taken down: the receipt is read out, and to be seen this once."""

    number: str
    receipt: str = field(repr=False)


def begin(actor: Actor, language: str) -> Call:
    """A call begins; one that the agent left open ends."""
    permit(actor, "call.take")
    now = timezone.now()
    with transaction.atomic():
        Call.objects.filter(staff_id=actor.user, ended_at=None).update(ended_at=now)
        call = Call.objects.create(staff_id=_user(actor), started_at=now, language=language)
        _ledger.record(actor, "call.begun", call=call.pk)
    return call


def end(actor: Actor, call_id: int, kind: str) -> Call:
    """A call is over, and what it was about. Raises Refused as `gone`."""
    permit(actor, "call.take")
    if kind not in CALL_KINDS:
        raise Refused("empty")
    with transaction.atomic():
        call = _own(actor, call_id)
        call.kind, call.ended_at = kind, timezone.now()
        call.save()
        _ledger.record(actor, "call.ended", call=call.pk, kind=kind)
    return call


def take_down(actor: Actor, call_id: int, report: desk.NewReport) -> Taken:
    """A report by telephone. The agent who took it has the case."""
    permit(actor, "call.take")
    with transaction.atomic():
        call = _own(actor, call_id)
        receipt = desk.receive(actor.at_desk, report)
        case = Case.objects.select_for_update().get(number=receipt.number)
        if not receipt.again:
            case.assigned_to_id = actor.user
            case.save(update_fields=("assigned_to",))
        call.case, call.kind = case, REPORT
        call.save()
        _ledger.record(actor, "call.report", call=call.pk, case=receipt.number)
    return Taken(receipt.number, receipt.grouped)


def prove(actor: Actor, call_id: int, phone_end: str) -> str:
    """Eight digits to read out: the caller types them on the desk's page and sees who speaks.

    Raises Refused as `phone-end` for what is neither four digits nor empty.
    """
    permit(actor, "call.take")
    with transaction.atomic():
        call = _own(actor, call_id)
        try:
            code = desk.make_call_proof(actor.at_desk, phone_end=phone_end)
        except ValueError:
            raise Refused("phone-end") from None
        if not call.kind:
            call.kind = PROOF
            call.save(update_fields=("kind",))
        _ledger.record(actor, "call.proof", call=call.pk)
    return code


def open_call(actor: Actor) -> Call | None:
    """The call that the agent is on."""
    return Call.objects.filter(staff_id=actor.user, ended_at=None).first()


def latest(actor: Actor, count: int) -> list[Call]:
    """The agent's last calls."""
    rows = Call.objects.filter(staff_id=actor.user, ended_at__isnull=False)
    return list(rows.select_related("case")[:count])


def _own(actor: Actor, call_id: int) -> Call:
    call = Call.objects.select_for_update().filter(pk=call_id, staff_id=actor.user).first()
    if call is None:
        raise Refused("gone")
    return call


def _user(actor: Actor) -> int:
    if actor.user is None:
        raise Refused("not-allowed")
    return actor.user
