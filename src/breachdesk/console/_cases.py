"""What staff do to a case, one action each: check, change, history and audit in one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from breachdesk.console import _ledger, _search
from breachdesk.console._parts import in_use
from breachdesk.console._policy import Actor, permit
from breachdesk.console._promise import pause, resume
from breachdesk.console.errors import Refused
from breachdesk.console.models import Draft, StaffMember
from breachdesk.desk import services as desk
from breachdesk.desk.models import (
    CLOSED,
    ENDED,
    MERGED,
    NEW,
    NOTE,
    OPEN,
    RESOLVED,
    WAITING_PERSON,
    WITHDRAWN,
    Case,
)

#: States that a resolved case comes back from.
_REOPENED: Final = (RESOLVED, CLOSED)
MOST_SUMMARY: Final = 1000
MOST_TEXT: Final = 8000
_FIELDS: Final = (
    "state",
    "assigned_to",
    "first_response_at",
    "resolution_due",
    "ended_at",
    "paused_since",
    "paused_seconds",
    "merged_into",
    "urgent",
    "summary",
)


def take(actor: Actor, number: str) -> Case:
    """Work on a case that nobody has. Raises Refused: `taken`, `ended`."""

    def work(case: Case, _now: datetime) -> None:
        _going(case)
        if case.assigned_to_id not in (None, actor.user):
            raise Refused("taken")
        case.assigned_to_id = actor.user

    return _act(actor, number, "case.taken", work)


def assign(actor: Actor, number: str, name: str) -> Case:
    """Hand a case over to somebody who works cases; with no name, back to the queue."""

    def work(case: Case, _now: datetime) -> None:
        _going(case)
        case.assigned_to_id = _worker(name).pk if name else None

    return _act(actor, number, "case.assigned", work, to=name or "queue")


def ask(actor: Actor, number: str, text: str, form_key: bytes) -> Case:
    """Ask the person something; the promise stands still until the answer."""

    def work(case: Case, now: datetime) -> None:
        _going(case)
        _say(actor, case, text, form_key)
        _answered(case, now)
        pause(case, now)
        case.state = WAITING_PERSON

    return _act(actor, number, "case.asked", work)


def reply(actor: Actor, number: str, text: str, form_key: bytes) -> Case:
    """Write to the person; the case goes on."""

    def work(case: Case, now: datetime) -> None:
        _say(actor, case, text, form_key)
        _answered(case, now)
        if case.state == NEW:
            case.state = OPEN

    return _act(actor, number, "case.replied", work)


def note(actor: Actor, number: str, text: str) -> Case:
    """An internal note, sealed: the person never sees it."""
    value = _text(text, MOST_TEXT)

    def work(case: Case, _now: datetime) -> None:
        desk.write_text(actor.at_desk, in_use().open(case), NOTE, value)

    return _act(actor, number, "case.noted", work)


def summarise(actor: Actor, number: str, text: str) -> Case:
    """The agents' own summary, in the clear: it is searched. Empty takes it away."""
    value = text.strip()
    if len(value) > MOST_SUMMARY:
        raise Refused("too-long")

    def work(case: Case, _now: datetime) -> None:
        case.summary = value
        _search.index(case)

    return _act(actor, number, "case.summarised", work, characters=len(value))


def resolve(actor: Actor, number: str) -> Case:
    """Done, as far as we see; the person's next message opens it again."""

    def work(case: Case, now: datetime) -> None:
        _going(case)
        _end(case, RESOLVED, now)

    return _act(actor, number, "case.resolved", work)


def close(actor: Actor, number: str) -> Case:
    """No more messages: for what was resolved and stays so."""

    def work(case: Case, now: datetime) -> None:
        if case.state not in (*_open_states(), RESOLVED):
            raise Refused("ended")
        _end(case, CLOSED, now)

    return _act(actor, number, "case.closed", work)


def reopen(actor: Actor, number: str) -> Case:
    """Open again what was resolved or closed."""

    def work(case: Case, _now: datetime) -> None:
        if case.state not in _REOPENED:
            raise Refused("not-ended")
        case.state, case.ended_at = OPEN, None

    return _act(actor, number, "case.reopened", work)


def mark_urgent(actor: Actor, number: str, *, urgent: bool) -> Case:
    """Put a case before the others, or back in line."""

    def work(case: Case, _now: datetime) -> None:
        case.urgent = urgent

    return _act(actor, number, "case.urgent" if urgent else "case.not-urgent", work)


def merge(actor: Actor, number: str, into: str) -> Case:
    """The case is a duplicate of another, which goes on for both. Raises Refused: `same`, `gone`,
    `ended` for a target that has ended, `merged` where it is itself a duplicate."""
    permit(actor, "case.work")
    with transaction.atomic():
        # Both rows in one order, so that two merges towards each other never deadlock.
        rows = {
            case.number: case
            for case in Case.objects.select_for_update()
            .filter(number__in=(number, into))
            .order_by("pk")
        }
        if number == into:
            raise Refused("same")
        if len(rows) != 2:
            raise Refused("gone")
        case, target = rows[number], rows[into]
        _going(case)
        if target.state in (MERGED, WITHDRAWN, CLOSED):
            raise Refused("merged" if target.state == MERGED else "ended")
        case.merged_into = target
        target.urgent = target.urgent or case.urgent
        _end(case, MERGED, timezone.now())
        Case.objects.filter(merged_into=case).update(merged_into=target)
        for one, verb, other in ((case, "merged-into", into), (target, "took-over", number)):
            one.save(update_fields=_FIELDS)
            desk.record(actor.at_desk, one, verb, other=other)
        _ledger.record(actor, "case.merged", case=number, into=into)
    return case


def save_draft(actor: Actor, number: str, text: str, version: int) -> Draft:
    """The shared draft of a reply. Raises Refused as `draft-changed` where it is no longer the
    version that was read: nothing is overwritten unseen."""
    permit(actor, "case.work")
    with transaction.atomic():
        case = _locked(number)
        found = Draft.objects.filter(case=case).first()
        if (found.version if found else 0) != version:
            raise Refused("draft-changed")
        sealed = in_use().open(case).key.seal("draft", text[:MOST_TEXT].encode())
        draft = found or Draft(case=case, version=0)
        draft.sealed, draft.by_id, draft.saved_at = sealed, _user(actor), timezone.now()
        draft.version += 1
        draft.save()
        _ledger.record(actor, "case.drafted", case=number)
    return draft


def _act(
    actor: Actor,
    number: str,
    event: str,
    work: Callable[[Case, datetime], None],
    **facts: str | int,
) -> Case:
    """The frame of an action: the row is locked, and nothing of it stays where any part fails."""
    permit(actor, "case.work")
    with transaction.atomic():
        case = _locked(number)
        work(case, timezone.now())
        case.save(update_fields=_FIELDS)
        desk.record(actor.at_desk, case, event.removeprefix("case."), **facts)
        _ledger.record(actor, event, case=number, **facts)
    return case


def _locked(number: str) -> Case:
    case = Case.objects.select_for_update().filter(number=number).first()
    if case is None or case.shredded_at is not None:
        raise Refused("gone")
    return case


def _say(actor: Actor, case: Case, text: str, form_key: bytes) -> None:
    value = _text(text, MOST_TEXT)
    if case.state == WITHDRAWN or not desk.reply(
        actor.at_desk, in_use().open(case), value, form_key=form_key
    ):
        raise Refused("sent-already" if case.state != WITHDRAWN else "ended")
    Draft.objects.filter(case=case).delete()


def _answered(case: Case, now: datetime) -> None:
    if case.first_response_at is None:
        case.first_response_at = now


def _end(case: Case, state: str, now: datetime) -> None:
    resume(case, now)
    case.state = state
    if case.ended_at is None:
        case.ended_at = now


def _going(case: Case) -> None:
    if case.state in ENDED:
        raise Refused("ended")


def _open_states() -> tuple[str, ...]:
    return (NEW, OPEN, WAITING_PERSON)


def _text(text: str, most: int) -> str:
    value = text.strip()
    if not value:
        raise Refused("empty")
    if len(value) > most:
        raise Refused("too-long")
    return value


def _user(actor: Actor) -> int:
    if actor.user is None:
        raise Refused("not-allowed")
    return actor.user


def _worker(name: str) -> User:
    member = StaffMember.objects.select_related("user").filter(user__username=name).first()
    if member is None or not member.user.is_active or not member.actor.may("case.work"):
        raise Refused("no-worker")
    return member.user
