"""The console over 200,000 made cases, on SQLite and PostgreSQL: medians, 99 in 100, and the most.

    python -m benches.bench_search [--cases N] [--rounds N] [--databases sqlite,postgres]

Every seventh case is in each state, so that 57,000 wait: more than a centre should ever let wait.
PostgreSQL is a database of its own on the server that the tests use. Pages are timed from request
to answer in this process, for a lead who is signed in; `board, counted` is what one board in five
seconds costs, all others are answered from that count. Cases whose page is read are real ones,
sealed, among the made ones. `processor` is that of this process: SQLite's work is in it, and
PostgreSQL's is not. On a machine that does other work it is what to compare.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import chain, cycle
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.factories.postgres import new_database, postgres_server

#: Real reports, and their pages.
REAL = 20
_WORDS = (
    *("유심", "교체", "사칭", "문자", "검찰", "전화", "송금", "명의", "도용", "개통", "카드"),
    *("결제", "보상", "상품권", "대출", "계좌", "지급", "정지", "링크", "누름", "은행", "확인"),
)
_PAGES = {
    "queue, nobody's": "/ko/queue/",
    "queue, all": "/ko/queue/all/0/",
    "queue, all, page 40": "/ko/queue/all/40/",
    "queue, all, last page": "/ko/queue/all/{last}/",
    "board, shared": "/ko/board/",
    "board, live": "/ko/board/live.json",
    "figures": "/ko/figures/",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--databases", default="sqlite,postgres")
    options = parser.parse_args()
    for database in options.databases.split(","):
        with _database(database) as url:
            # Django has one set of settings a process.
            process = multiprocessing.get_context("spawn").Process(
                target=measure, args=(url, options.cases, options.rounds)
            )
            process.start()
            process.join()
            if process.exitcode:
                sys.exit(process.exitcode)


@contextmanager
def _database(name: str) -> Iterator[str]:
    """Its URL; none for SQLite."""
    if name == "sqlite":
        yield ""
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres_server(Path(folder)) as server,
        new_database(server) as url,
    ):
        yield url


def measure(database: str, cases: int, rounds: int) -> None:
    from tests.factories.console import in_process, make_console  # noqa: PLC0415 (per process)

    with (
        tempfile.TemporaryDirectory() as folder,
        in_process(make_console(Path(folder) / "console", database)),
    ):
        begun = time.perf_counter()
        fill(cases)
        name = "PostgreSQL" if database else "SQLite"
        made, load = time.perf_counter() - begun, os.getloadavg()[0]
        print(f"{name}: {cases:,} cases made in {made:.0f} s, load {load:.1f}", flush=True)
        timed = Timed(rounds)
        ask(timed, cases)
        look(timed)
        print(f"  load {os.getloadavg()[0]:.1f}", flush=True)


def fill(cases: int) -> None:
    """All rows at once, and the index of summaries after them."""
    from django.db import connection, transaction  # noqa: PLC0415 (needs Django)

    from breachdesk.desk.models import Case, Fingerprint  # noqa: PLC0415 (as above)

    random = Random(1)
    summaries = [" ".join(random.choices(_WORDS, k=6)) + f" {place}" for place in range(cases)]
    with transaction.atomic():
        _copy(Case, _cases(random, summaries))
        _copy(Fingerprint, _marks(random, cases))
        _index(summaries)
    with connection.cursor() as cursor:
        # As PostgreSQL's own daemon has done it by the time that so many reports have come.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _cases(random: Random, summaries: list[str]) -> Iterator[dict[str, Any]]:
    from django.utils import timezone  # noqa: PLC0415 (needs Django)

    from breachdesk.console._figures import REGIONS  # noqa: PLC0415 (as above)
    from breachdesk.desk.models import KINDS, MERGED, STATES  # noqa: PLC0415 (as above)

    now = timezone.now()
    for place, summary in enumerate(summaries):
        received = now - timedelta(minutes=len(summaries) - place)
        state = random.choice(STATES)
        yield {
            "id": place + 1,
            "number": f"2026-{place:06}",
            "kind": random.choice(KINDS),
            "state": state,
            "merged_into": random.randrange(place) + 1 if place and state == MERGED else None,
            "language": "ko",
            "region": random.choice(REGIONS),
            "loss_won": random.randrange(1, 900) * 10_000 if place % 3 == 0 else None,
            "urgent": place % 50 == 0,
            "received_at": received,
            "indexed_at": received,
            "first_response_due": received + timedelta(hours=24),
            "resolution_due": received + timedelta(hours=240),
            "summary": summary,
            "wrapped_for_desk": b"",
            "wrapped_for_receipt": b"",
            "receipt_id": f"{place:064x}",
            "retain_until": now.date(),
        }


def _marks(random: Random, cases: int) -> Iterator[dict[str, Any]]:
    from breachdesk.console._parts import in_use  # noqa: PLC0415 (needs Django)

    made = in_use().fingerprinter
    for place in range(cases):
        phone = made.digest("phone", f"+8210{random.randrange(10**6):08}")
        page = f"scam{random.randrange(5000)}.example/{random.randrange(9)}"
        for kind, digest in (("phone", phone), ("url", page)):
            yield {"case": place + 1, "kind": kind, "digest": digest}


def _copy(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    """COPY on PostgreSQL, one statement run many times on SQLite."""
    from django.db import connection  # noqa: PLC0415 (needs Django)

    meta, first = model._meta, next(rows)  # noqa: SLF001 (Django's way to the columns)
    fields = [
        one
        for one in meta.concrete_fields
        if not one.generated and (not one.primary_key or one.name in first)
    ]
    # Whatever a row does not say is the default, and is made ready for the database once.
    ready = {one.name: _ready(one, one.get_default()) for one in fields}
    names = ", ".join(one.column for one in fields)
    table = meta.db_table

    def values() -> Iterator[list[Any]]:
        for row in chain((first,), rows):
            yield [
                _ready(one, row[one.name]) if one.name in row else ready[one.name] for one in fields
            ]

    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(fields))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
        connection.connection.executemany(statement, values())
        return
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for one in values():
            copy.write_row(one)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )


def _ready(field: Any, value: Any) -> Any:
    from django.db import connection  # noqa: PLC0415 (needs Django)

    return field.get_db_prep_save(value, connection)


def _index(summaries: list[str]) -> None:
    """What `_search.index` writes, for all; on PostgreSQL its index is made after the rows."""
    from django.db import connection  # noqa: PLC0415 (needs Django)

    from breachdesk.console import _grams, _search  # noqa: PLC0415 (as above)

    rows = ((place + 1, _grams.indexed(one)) for place, one in enumerate(summaries))
    if connection.vendor == "sqlite":
        statement = _search._WRITE["sqlite"].replace("%s", "?")  # noqa: SLF001 (what is measured)
        connection.connection.executemany(statement, rows)
        return
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('console_grams_found'::regclass)")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX console_grams_found")
        cursor.execute("CREATE TEMPORARY TABLE made (case_id bigint, grams text)")
        with cursor.copy("COPY made FROM STDIN") as copy:
            for one in rows:
                copy.write_row(one)
        cursor.execute(
            "INSERT INTO console_grams SELECT case_id, to_tsvector('simple', grams) FROM made"
        )
        cursor.execute(definition)


def ask(timed: "Timed", cases: int) -> None:
    from django.utils import timezone  # noqa: PLC0415 (needs Django)

    from breachdesk.console._search import Query, find  # noqa: PLC0415 (as above)

    random, today = Random(2), timezone.localdate()
    week = today - timedelta(days=7)
    questions: dict[str, Callable[[], Query]] = {
        "number": lambda: Query(f"2026-{random.randrange(cases):06}"),
        "telephone": lambda: Query(f"010-{random.randrange(10**6):08}"),
        "page": lambda: Query(f"scam{random.randrange(5000)}.example"),
        "word of two syllables": lambda: Query(random.choice(_WORDS)),
        "two words": lambda: Query(" ".join(random.sample(_WORDS, 2))),
        "rare word": lambda: Query(str(random.randrange(cases))),
        "one syllable": lambda: Query(random.choice(_WORDS)[0]),
        "no such word": lambda: Query("갑을병정"),
        "word, kind, week": lambda: Query("유심", kind="smishing", first=week, last=today),
        "kind, state, region": lambda: Query(kind="smishing", state="open", region="11"),
    }
    for name, question in questions.items():
        timed(f"search: {name}", find, question)


def look(timed: "Timed") -> None:
    """Whole pages, with what is around them."""
    from django.utils import timezone  # noqa: PLC0415 (needs Django)

    from breachdesk.console._figures import board  # noqa: PLC0415 (as above)
    from breachdesk.console._queue import PAGE  # noqa: PLC0415 (as above)
    from breachdesk.desk.models import Case  # noqa: PLC0415 (as above)
    from tests.factories.console import member, signed_in  # noqa: PLC0415 (as above)

    browser = signed_in(member("lead"))
    last = (Case.objects.filter(going=1).count() - 1) // PAGE

    def get(path: str) -> None:
        assert browser.get(path).status_code == 200, path

    for name, path in _PAGES.items():
        timed(name, get, partial(str, path.format(last=last)))
    timed("board, counted", board, timezone.now)
    timed("case", get, cycle([f"/ko/cases/{one}/" for one in _real()]).__next__)


def _real() -> list[str]:
    """Numbers of reports as people send them, opened by the worker, of pages that many tell of."""
    from breachdesk.console import tasks  # noqa: PLC0415 (needs Django)
    from breachdesk.desk.models import Counter  # noqa: PLC0415 (as above)
    from tests.factories.console import report  # noqa: PLC0415 (as above)

    Counter.objects.update_or_create(year=2026, defaults={"last": 900_000})
    texts = {"narrative": "이야기 " * 200, "caller_number": "010-0000-1234"}
    numbers = [
        report(texts=dict(texts), scam_url=f"http://scam{place}.example/1") for place in range(REAL)
    ]
    tasks.open_new.call()
    return numbers


class Timed:
    """Asks each question so many times and prints how long it took."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds

    def __call__(self, name: str, work: Callable[[Any], Any], question: Callable[[], Any]) -> None:
        times, used = [], []
        for _ in range(self._rounds):
            asked = question()
            begun, before = time.perf_counter(), time.process_time()
            work(asked)
            used.append((time.process_time() - before) * 1000)
            times.append((time.perf_counter() - begun) * 1000)
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        print(
            f"  {name:28} median {cuts[49]:7.1f}   p99 {cuts[98]:7.1f}   most {max(times):7.1f}   "
            f"processor {statistics.median(used):7.1f} ms",
            flush=True,
        )


if __name__ == "__main__":
    main()
