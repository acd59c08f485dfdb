"""The queue: who waits, the most pressing first; and acts on many cases at once."""

from collections.abc import Callable, Sequence
from typing import Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from breachdesk.console import _cases
from breachdesk.console._policy import Actor, permit
from breachdesk.console.errors import Refused
from breachdesk.desk.models import NEW, OPEN, WAITING_PERSON, Case

PAGE: Final = 50
MOST_AT_ONCE: Final = 200
#: Whose cases: nobody's, one's own, those that wait for the person, all that go on.
VIEWS: Final = ("free", "mine", "asked", "all")


def queue(actor: Actor, view: str, page: int) -> list[Case]:
    """At most PAGE + 1 cases: urgent ones, then by the next promise, then by arrival."""
    permit(actor, "case.list")
    start = page * PAGE
    return list(_rows(actor, view)[start : start + PAGE + 1])


def counts(actor: Actor) -> dict[str, int]:
    """How many are in each view."""
    return {view: _rows(actor, view).count() for view in VIEWS}


def _rows(actor: Actor, view: str) -> QuerySet[Case]:
    rows = Case.objects.select_related("assigned_to").filter(state__in=(NEW, OPEN))
    if view == "free":
        rows = rows.filter(assigned_to=None)
    elif view == "mine":
        rows = Case.objects.select_related("assigned_to").filter(
            state__in=(NEW, OPEN, WAITING_PERSON), assigned_to=actor.user
        )
    elif view == "asked":
        rows = Case.objects.select_related("assigned_to").filter(state=WAITING_PERSON)
    due = Coalesce("first_response_due", "resolution_due", "received_at")
    return rows.order_by(F("urgent").desc(), due, "received_at", "pk")


def bulk(actor: Actor, numbers: Sequence[str], act: str, to: str = "") -> dict[str, str]:
    """One act on many cases, each its own transaction: `assign`, `urgent`, `resolve`, `close`.

    Gives the reason for each case on which it was not done. Raises Refused: `too-many-cases`,
    `empty`, `not-allowed`.
    """
    permit(actor, "case.bulk")
    acts: dict[str, Callable[[str], Case]] = {
        "assign": lambda number: _cases.assign(actor, number, to),
        "urgent": lambda number: _cases.mark_urgent(actor, number, urgent=True),
        "resolve": lambda number: _cases.resolve(actor, number),
        "close": lambda number: _cases.close(actor, number),
    }
    if not numbers or act not in acts:
        raise Refused("empty")
    if len(numbers) > MOST_AT_ONCE:
        raise Refused("too-many-cases")
    left = {}
    for number in dict.fromkeys(numbers):
        try:
            acts[act](number)
        except Refused as refused:
            left[number] = refused.reason
    return left
