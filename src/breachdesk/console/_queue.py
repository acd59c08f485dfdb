"""The queue: who waits, the most pressing first; and acts on many cases at once."""

from collections.abc import Callable, Sequence
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from breachdesk.console import _cases
from breachdesk.console._policy import Actor, permit
from breachdesk.console.errors import Refused
from breachdesk.desk.models import NEW, OPEN, WAITING_PERSON, Case

PAGE: Final = 50
MOST_AT_ONCE: Final = 200
#: Whose cases: nobody's, one's own, those that wait for the person, all that go on.
VIEWS: Final = ("free", "mine", "asked", "all")
#: States in which a case is somebody's work.
_WORKED: Final = (NEW, OPEN, WAITING_PERSON)


def queue(actor: Actor, view: str, page: int) -> list[Case]:
    """At most PAGE + 1 cases: urgent ones, then by the next promise, then by arrival."""
    permit(actor, "case.list")
    start = page * PAGE
    # First which ones, from the index alone: however many come before, no row of theirs is read.
    order = list(_ordered(actor, view).values_list("pk", flat=True)[start : start + PAGE + 1])
    found = Case.objects.select_related("assigned_to").in_bulk(order)
    return [found[pk] for pk in order if pk in found]


def counts(actor: Actor) -> dict[str, int]:
    """How many are in each view, in one look."""
    going = Q(state__in=(NEW, OPEN))
    return Case.objects.filter(state__in=_WORKED).aggregate(
        free=Count("state", filter=going & Q(assigned_to=None)),
        mine=Count("state", filter=Q(assigned_to=actor.user)),
        asked=Count("state", filter=Q(state=WAITING_PERSON)),
        all=Count("state", filter=going),
    )


def _ordered(actor: Actor, view: str) -> QuerySet[Case]:
    if view == "mine":
        rows = Case.objects.filter(state__in=_WORKED, assigned_to=actor.user)
    elif view == "asked":
        rows = Case.objects.filter(state=WAITING_PERSON)
    else:
        rows = Case.objects.filter(going=1)
        if view == "free":
            # Not by the index of who has which: most cases are nobody's, and it knows no order.
            rows = rows.alias(whose=Coalesce("assigned_to", 0)).filter(whose=0)
    return rows.order_by("-urgent", "next_promise", "received_at", "pk")


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
