"""Background work: opening new cases, letting clocks run on, finding the same scam.

Every task can be run again at any time: what it finds done it leaves. So a worker that is killed
loses nothing, and nothing is done twice. What a task stores about its failure is a kind of error
and no text.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from breachdesk.console import _clusters, _ledger, _marks, _search
from breachdesk.console._parts import in_use
from breachdesk.console._policy import SERVICE
from breachdesk.console._promise import promise, settle
from breachdesk.console.errors import TaskFailed
from breachdesk.console.models import Pause
from breachdesk.desk.models import (
    CALLER_ACCOUNT,
    CALLER_NUMBER,
    CALLER_TEXT,
    Case,
    Fingerprint,
)
from breachdesk.desk.services import read_texts, record
from breachdesk.envelope import OpenError

_BATCH: Final = 200
#: Kinds of sealed text, and what marks of a scam are made of each.
_MARKED: Final[dict[str, tuple[str, Callable[[str], str | None]]]] = {
    CALLER_NUMBER: ("phone", _marks.phone),
    CALLER_ACCOUNT: ("account", _marks.account),
    CALLER_TEXT: ("text", _marks.text),
}
_KEPT: Final = timedelta(days=1)


def _quiet(work: Callable[[], Any]) -> Callable[[], Any]:
    @wraps(work)
    def quieted() -> Any:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 (told by its kind)
            raise TaskFailed(type(error).__name__) from None

    return quieted


@task()
@_quiet
def open_new() -> int:
    """Open what has arrived: promises, marks of the scam, a place in the queue. How many."""
    done = 0
    waiting = Case.objects.filter(indexed_at=None, shredded_at=None).order_by("pk")
    while pks := list(waiting.values_list("pk", flat=True)[:_BATCH]):
        for pk in pks:
            with transaction.atomic():
                done += _open(pk)
    return done


@task()
@_quiet
def run_on() -> int:
    """Move the promise of cases whose person has answered by the time that they stood still."""
    moved = 0
    over = Pause.objects.filter(case__paused_since=None).values_list("case", flat=True)
    for pk in list(over[:_BATCH]):
        with transaction.atomic():
            case = Case.objects.select_for_update().get(pk=pk)
            if settle(case):
                case.save(update_fields=("resolution_due",))
                moved += 1
    return moved


@task()
@_quiet
def find_clusters() -> int:
    """Cases of the same scam, anew. How many clusters there are."""
    with transaction.atomic():
        return _clusters.refresh(timezone.now())


@task()
@_quiet
def clean_up() -> int:
    """Drop results of finished tasks, and what the index has of cases that are gone. How many."""
    old = DBTaskResult.objects.filter(finished_at__lt=timezone.now() - _KEPT)
    _search.forget_gone()
    return int(old.delete()[0])


def _open(pk: int) -> int:
    """One case; 0 where another worker was first. A case that does not open is in the queue all the
    same: a person waits for an answer, and an agent sees that it does not open."""
    case = Case.objects.select_for_update().get(pk=pk)
    if case.indexed_at is not None:
        return 0
    case.indexed_at = timezone.now()
    promise(case)
    case.save(update_fields=("indexed_at", "first_response_due", "resolution_due"))
    try:
        texts = read_texts(in_use().open(case).key, case)
    except OpenError:
        record(SERVICE.at_desk, case, "not-opened")
        _ledger.record(SERVICE, "case.not-opened", case=case.number)
        return 1
    marks = _marks_of(case, texts)
    Fingerprint.objects.bulk_create(
        [Fingerprint(case=case, kind=kind, digest=digest) for kind, digest in marks],
        ignore_conflicts=True,
    )
    record(SERVICE.at_desk, case, "opened", marks=len(marks))
    return 1


def _marks_of(case: Case, texts: dict[str, list[Any]]) -> set[tuple[str, str]]:
    """Kinds and digests of everything in a case that names its scam."""
    made = in_use().fingerprinter
    found = set()
    for sealed_kind, (kind, spell) in _MARKED.items():
        for value in texts.get(sealed_kind, ()):
            spelled = spell(value) if isinstance(value, str) else None
            if spelled is not None:
                found.add((kind, made.digest(kind, spelled)))
    host = _marks.page(case.scam_url) if case.scam_url else None
    return found if host is None else found | {("url", host)}
