"""The queue's order, its views and their numbers on both databases, and what they are read from."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breachdesk.console import _figures, _queue, services
from breachdesk.console._search import Query, find
from breachdesk.database import migrate
from breachdesk.desk.models import Case, Fingerprint
from tests.factories.console import member, report

pytestmark = pytest.mark.usefixtures("console")

HOUR = timedelta(hours=1)


def case(now: datetime, hours: int | None, **values: Any) -> str:
    """The number of one whose next promise is so many hours away."""
    number = report()
    due = None if hours is None else now + hours * HOUR
    Case.objects.filter(number=number).update(**{"first_response_due": due, **values})
    return number


def test_the_most_pressing_comes_first_and_each_view_has_its_own() -> None:
    now, lead = timezone.now(), member("lead")
    answered = {"first_response_at": now, "first_response_due": now - HOUR}
    far = case(now, 9)
    fresh = case(now, None, received_at=now - HOUR)  # no promise yet: by arrival
    after_answer = case(now, None, **answered, resolution_due=now + 5 * HOUR)
    near = case(now, 2, resolution_due=now + 9 * HOUR)
    urgent = case(now, 20, urgent=True)
    mine = case(now, 3, assigned_to=lead.user, state="open")
    asked = case(now, 4, assigned_to=lead.user, state="waiting_person")
    case(now, 1, state="closed")

    def shown(view: str) -> list[str]:
        return [one.number for one in services.queue(lead, view, 0)]

    assert shown("all") == [urgent, fresh, near, mine, after_answer, far]
    assert shown("free") == [urgent, fresh, near, after_answer, far]
    assert shown("mine") == [mine, asked]
    assert shown("asked") == [asked]
    assert services.counts(lead) == {"free": 5, "mine": 2, "asked": 1, "all": 6}


def test_pages_follow_on_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_queue, "PAGE", 2)
    now, lead = timezone.now(), member("lead")
    numbers = [case(now, hours) for hours in range(1, 6)]
    pages = [[one.number for one in services.queue(lead, "all", page)] for page in range(4)]
    assert pages == [numbers[0:3], numbers[2:5], numbers[4:5], []]


def test_board_queue_and_pages_of_a_scam_are_read_from_indexes() -> None:
    """What a planner would rather scan in a small table it must be able to read from an index."""
    lead, now = member("lead"), timezone.now()
    Fingerprint.objects.create(
        case=Case.objects.get(number=report()), kind="url", digest="scam.example/kt"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")
            cursor.execute("SET enable_bitmapscan = off")
    with CaptureQueriesContext(connection) as asked:
        _figures.board(now)
        _figures.figures()
        services.counts(lead)
        for view in ("free", "all"):
            services.queue(lead, view, 0)
        assert len(find(Query("scam.example"))) == 1
    plans = [(one["sql"], plan(one["sql"])) for one in asked if "desk_case" in one["sql"]]
    for index in ("pressing", "work", "counted", "recovery"):
        assert any(f"desk_case_{index}" in found for _sql, found in plans), index
    scans = ("SCAN desk_case\n", "Seq Scan on desk_case", "TEMP B-TREE FOR GROUP")
    for sql, found in plans:
        assert not any(one in found for one in scans), (sql, found)
    pages = next(found for sql, found in plans if "desk_fingerprint" in sql)
    assert "desk_fingerprint_begins" in pages
    if connection.vendor == "postgresql":
        assert "~>=~" in pages  # a range of the index, and no filter of all pages


def plan(sql: str) -> str:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "".join(f"{row[-1]}\n" for row in cursor.fetchall())


def test_the_worked_out_columns_come_and_go_with_the_migration() -> None:
    now = timezone.now()
    kept = case(now, 3)
    case(now, 4, state="closed")
    before = list(Case.objects.order_by("pk").values_list("number", "going", "next_promise"))
    assert [going for _number, going, _promise in before] == [1, 0]
    call_command("migrate", "desk", "0002_warnings", verbosity=0)
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "desk_case")
        assert not {one.name for one in columns} & {"going", "next_promise"}
        cursor.execute("UPDATE desk_case SET state = 'open' WHERE number = %s", [kept])
    migrate()
    after = list(Case.objects.order_by("pk").values_list("number", "going", "next_promise"))
    assert after == before
