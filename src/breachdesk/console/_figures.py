"""Figures: what the board shows of the work, and what a regulator is shown of the whole."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from breachdesk.console._days import midnight
from breachdesk.console._suppress import FEWEST, suppress
from breachdesk.desk.models import ENDED, KINDS, MERGED, NEW, OPEN, WAITING_PERSON, Case

#: Regions by ISO 3166-2:KR, and `` for reports that tell none.
REGIONS: Final = (
    "11", "26", "27", "28", "29", "30", "31", "41", "42", "43", "44", "45", "46", "47", "48", "49",
    "50", "",
)  # fmt: skip
_RISK: Final = timedelta(hours=4)
_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Board:
    """The work as it stands. `arrivals` are days and reports; `by_kind` rows of
    kind, reports of the window, open ones, loss in won."""

    now: datetime
    waiting: int
    with_person: int
    oldest: Case | None
    broken: int
    at_risk: int
    recovery: int
    arrivals: list[tuple[date, int]]
    by_kind: list[tuple[str, int, int, int]]
    by_region: list[tuple[str, int]]
    loss: int


def board(now: datetime) -> Board:
    """Duplicates are counted once, under the case that goes on."""
    going = Case.objects.filter(state__in=(NEW, OPEN))
    counted = _counted(now)
    since = now - timedelta(days=30)
    return Board(
        now=now,
        waiting=going.count(),
        with_person=Case.objects.filter(state=WAITING_PERSON).count(),
        oldest=going.order_by("-urgent", "received_at").first(),
        broken=counted["broken"],
        at_risk=counted["soon"] - counted["broken"],
        recovery=counted["recovery"],
        arrivals=_arrivals(now),
        by_kind=_by_kind(since),
        by_region=list(
            Case.objects.exclude(state=MERGED)
            .filter(received_at__gt=since)
            .values_list("region")
            .annotate(reports=Count("pk"))
            .order_by("-reports")
        ),
        loss=counted["loss"] or 0,
    )


def _counted(now: datetime) -> dict[str, int]:
    """What takes a look at every case, in one look: broken promises, those broken `soon` (within
    four hours, the broken ones among them), lost receipts, loss in won. None runs while the person
    is asked."""
    running = ~Q(state__in=ENDED) & Q(paused_since=None)

    def due(before: datetime) -> Q:
        first = Q(first_response_at=None, first_response_due__lt=before)
        return running & (first | Q(resolution_due__lt=before))

    return Case.objects.aggregate(
        broken=Count("pk", filter=due(now)),
        soon=Count("pk", filter=due(now + _RISK)),
        recovery=Count("pk", filter=Q(recovery_asked_at__isnull=False)),
        loss=Sum("loss_won", filter=~Q(state=MERGED)),
    )


def _arrivals(now: datetime) -> list[tuple[date, int]]:
    """Each day is a range of the index: to name the day of every report takes a hundred times as
    long on SQLite."""
    last = timezone.localdate(now)
    days = [last - timedelta(days=back) for back in reversed(range(_DAYS))]
    return [
        (
            day,
            Case.objects.filter(
                received_at__gte=midnight(day), received_at__lt=midnight(day + timedelta(days=1))
            ).count(),
        )
        for day in days
    ]


def _by_kind(since: datetime) -> list[tuple[str, int, int, int]]:
    rows = (
        Case.objects.exclude(state=MERGED)
        .filter(received_at__gt=since)
        .values("kind")
        .annotate(
            reports=Count("pk"),
            going=Count("pk", filter=~Q(state__in=ENDED)),
            loss=Sum("loss_won"),
        )
        .order_by("-reports")
    )
    return [(row["kind"], row["reports"], row["going"], row["loss"] or 0) for row in rows]


@dataclass(frozen=True, slots=True)
class Figures:
    """For the regulator. `table` has a row for each kind and a column for each region, each with a
    total at the end; None is hidden. `loss` by kind in million won, rounded down, None hidden."""

    first: date | None
    kinds: tuple[str, ...]
    regions: tuple[str, ...]
    table: list[list[int | None]]
    loss: list[int | None]


def figures() -> Figures:
    """All reports, without duplicates and those that were taken back."""
    kept = Case.objects.exclude(state__in=(MERGED, "withdrawn"))
    counted = {
        (row["kind"], row["region"]): row["reports"]
        for row in kept.values("kind", "region").annotate(reports=Count("pk"))
    }
    regions = tuple(one for one in REGIONS if any(counted.get((kind, one)) for kind in KINDS))
    regions = regions or ("",)
    kinds = tuple(KINDS)
    table = suppress([[counted.get((kind, one), 0) for one in regions] for kind in kinds])
    first = kept.aggregate(first=Min("received_at"))["first"]
    return Figures(
        first=timezone.localdate(first) if first else None,
        kinds=kinds,
        regions=regions,
        table=table,
        loss=_loss(kinds),
    )


def _loss(kinds: tuple[str, ...]) -> list[int | None]:
    """Sums of fewer than five people are hidden; no total is given that they would follow from."""
    rows = (
        Case.objects.exclude(state__in=(MERGED, "withdrawn"))
        .filter(loss_won__gt=0)
        .values("kind")
        .annotate(people=Count("pk"), loss=Sum("loss_won"))
    )
    found = {row["kind"]: (row["people"], row["loss"]) for row in rows}
    return [
        None if 0 < (counted := found.get(kind, (0, 0)))[0] < FEWEST else counted[1] // 1_000_000
        for kind in kinds
    ]
