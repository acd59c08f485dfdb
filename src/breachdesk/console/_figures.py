"""Figures: what the board shows of the work, and what a regulator is shown of the whole."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from breachdesk.console._days import midnight
from breachdesk.console._suppress import FEWEST, suppress
from breachdesk.desk.models import (
    ENDED,
    KINDS,
    MERGED,
    NEW,
    OPEN,
    WAITING_PERSON,
    WITHDRAWN,
    Case,
)

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
    work = _work(now)
    reports = _reports(now - timedelta(days=30))
    return Board(
        now=now,
        waiting=work["waiting"],
        with_person=work["with_person"],
        oldest=_oldest(),
        broken=work["broken"],
        at_risk=work["soon"] - work["broken"],
        recovery=Case.objects.filter(recovery_asked_at__isnull=False).count(),
        arrivals=_arrivals(now),
        by_kind=_by_kind(reports),
        by_region=_by_region(reports),
        loss=sum(row["loss"] or 0 for row in reports),
    )


def _work(now: datetime) -> dict[str, int]:
    """One look at the cases that have not ended: how many wait, how many are with the person, whose
    promises are broken and whose `soon` (within four hours, the broken ones among them). None runs
    while the person is asked."""

    def due(before: datetime) -> Q:
        first = Q(first_response_at=None, first_response_due__lt=before)
        return Q(paused_since=None) & (first | Q(resolution_due__lt=before))

    return Case.objects.filter(state__in=(NEW, OPEN, WAITING_PERSON)).aggregate(
        waiting=Count("state", filter=~Q(state=WAITING_PERSON)),
        with_person=Count("state", filter=Q(state=WAITING_PERSON)),
        broken=Count("state", filter=due(now)),
        soon=Count("state", filter=due(now + _RISK)),
    )


def _oldest() -> Case | None:
    """Which one the index says, and then its row: rows are too wide to be sorted."""
    waiting = Case.objects.filter(going=1).order_by("-urgent", "received_at")
    return Case.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)[:1])).first()


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


def _reports(since: datetime) -> list[dict[str, Any]]:
    """One look at all reports: for each kind and region loss in won and, of those since then, how
    many, how many go on, and their loss. The time is no condition of the whole: it would lead
    SQLite to another index, and to the rows."""
    late = Q(received_at__gt=since)
    return list(
        Case.objects.exclude(state=MERGED)
        .values("kind", "region")
        .annotate(
            reports=Count("state", filter=late),
            going=Count("state", filter=late & ~Q(state__in=ENDED)),
            late_loss=Sum("loss_won", filter=late),
            loss=Sum("loss_won"),
        )
        .order_by("kind", "region")
    )


def _by_kind(rows: list[dict[str, Any]]) -> list[tuple[str, int, int, int]]:
    sums: dict[str, list[int]] = {}
    for row in rows:
        kind = sums.setdefault(row["kind"], [0, 0, 0])
        for place, name in enumerate(("reports", "going", "late_loss")):
            kind[place] += row[name] or 0
    found = [(kind, one[0], one[1], one[2]) for kind, one in sums.items() if one[0]]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def _by_region(rows: list[dict[str, Any]]) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["region"]] += row["reports"]
    found = [(region, reports) for region, reports in sums.items() if reports]
    return sorted(found, key=lambda row: (-row[1], row[0]))


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
    """All reports, without duplicates and those that were taken back, in one look."""
    lost = Q(loss_won__gt=0)
    rows = list(
        Case.objects.exclude(state__in=(MERGED, WITHDRAWN))
        .values("kind", "region")
        .annotate(
            reports=Count("*"),
            first=Min("received_at"),
            people=Count("state", filter=lost),
            loss=Sum("loss_won", filter=lost),
        )
        .order_by("kind", "region")
    )
    counted = {(row["kind"], row["region"]): row["reports"] for row in rows}
    regions = tuple(one for one in REGIONS if any(counted.get((kind, one)) for kind in KINDS))
    regions = regions or ("",)
    kinds = tuple(KINDS)
    first = min((row["first"] for row in rows), default=None)
    return Figures(
        first=timezone.localdate(first) if first else None,
        kinds=kinds,
        regions=regions,
        table=suppress([[counted.get((kind, one), 0) for one in regions] for kind in kinds]),
        loss=[_loss([row for row in rows if row["kind"] == kind]) for kind in kinds],
    )


def _loss(rows: list[dict[str, Any]]) -> int | None:
    """Sums of fewer than five people are hidden; no total is given that they would follow from."""
    people = sum(row["people"] for row in rows)
    loss = sum(row["loss"] or 0 for row in rows)
    return None if 0 < people < FEWEST else int(loss) // 1_000_000
