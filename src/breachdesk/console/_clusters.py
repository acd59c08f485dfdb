"""The same scam in many reports: cases that share a mark, and the lead's word on them."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from breachdesk.console import _ledger
from breachdesk.console._policy import Actor, permit
from breachdesk.console.errors import Refused
from breachdesk.console.models import DISMISSED, FOUND, WARNED, Cluster
from breachdesk.desk.models import MERGED, WITHDRAWN, Case, Fingerprint
from breachdesk.desk.services import publish_warning, take_back_warning

#: So many reports of the same mark are no chance any more.
FEWEST: Final = 3
WINDOW: Final = timedelta(days=30)
MOST_WORDS: Final = 600


def refresh(now: datetime) -> int:
    """Look at the marks of the last 30 days. Duplicates and withdrawn reports do not count."""
    rows = (
        Fingerprint.objects.filter(case__received_at__gt=now - WINDOW)
        .exclude(case__state__in=(MERGED, WITHDRAWN))
        .values("kind", "digest")
        .annotate(
            cases=Count("case"), first=Min("case__received_at"), latest=Max("case__received_at")
        )
        .filter(cases__gte=FEWEST)
    )
    made = [
        Cluster(
            kind=row["kind"],
            digest=row["digest"],
            cases=row["cases"],
            first_at=row["first"],
            last_at=row["latest"],
        )
        for row in rows
    ]
    Cluster.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["kind", "digest"],
        update_fields=["cases", "first_at", "last_at"],
    )
    return len(made)


def cases_of(cluster: Cluster) -> QuerySet[Case]:
    """Its cases, the latest first."""
    marked = Fingerprint.objects.filter(kind=cluster.kind, digest=cluster.digest).values("case")
    return Case.objects.filter(pk__in=marked).select_related("assigned_to").order_by("-pk")


def linked(case: Case) -> list[tuple[Case, str]]:
    """Other cases with a mark of this one, the latest first, each with the kind of mark."""
    found: dict[int, str] = {}
    for mark in Fingerprint.objects.filter(case=case):
        others = Fingerprint.objects.filter(kind=mark.kind, digest=mark.digest)
        for other in others.exclude(case=case).order_by("-case_id").values_list("case_id")[:20]:
            found.setdefault(other[0], mark.kind)
    rows = Case.objects.filter(pk__in=found).order_by("-pk")[:20]
    return [(row, found[row.pk]) for row in rows]


def warn(actor: Actor, cluster_id: int, words_ko: str, words_en: str) -> Cluster:
    """Warn the public, in words of both languages, by a lead. Raises Refused: `empty`, `too-long`,
    `gone`."""
    permit(actor, "warning.approve")
    texts = (words_ko.strip(), words_en.strip())
    if not all(texts):
        raise Refused("empty")
    if any(len(text) > MOST_WORDS for text in texts):
        raise Refused("too-long")
    return _decide(actor, cluster_id, WARNED, *texts)


def dismiss(actor: Actor, cluster_id: int) -> Cluster:
    """Looked at, and nothing to warn of; takes a warning back, too."""
    permit(actor, "warning.approve")
    return _decide(actor, cluster_id, DISMISSED, "", "")


def waiting() -> QuerySet[Cluster]:
    """Those that nobody has decided on, the largest first."""
    return Cluster.objects.filter(state=FOUND)


def _decide(actor: Actor, cluster_id: int, state: str, words_ko: str, words_en: str) -> Cluster:
    with transaction.atomic():
        cluster = Cluster.objects.select_for_update().filter(pk=cluster_id).first()
        if cluster is None:
            raise Refused("gone")
        cluster.state, cluster.words_ko, cluster.words_en = state, words_ko, words_en
        cluster.decided_by_id, cluster.decided_at = actor.user, timezone.now()
        cluster.save()
        if state == WARNED:
            publish_warning(actor.at_desk, cluster.pk, (words_ko, words_en), cluster.cases)
        else:
            take_back_warning(actor.at_desk, cluster.pk)
        _ledger.record(actor, f"cluster.{state}", cluster=cluster.pk, cases=cluster.cases)
    return cluster
