"""Search over 200,000 made cases, on SQLite and PostgreSQL: medians and the slowest of 25.

PostgreSQL is asked where BREACHDESK_BENCH_POSTGRES names an empty database.
"""

import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

CASES = 200_000
ROUNDS = 25
_WORDS = (
    *("유심", "교체", "사칭", "문자", "검찰", "전화", "송금", "명의", "도용", "개통", "카드"),
    *("결제", "보상", "상품권", "대출", "계좌", "지급", "정지", "링크", "누름", "은행", "확인"),
)


def main() -> None:
    databases = ["", os.environ.get("BREACHDESK_BENCH_POSTGRES", "")]
    for database in databases[: 2 if databases[1] else 1]:
        # Django has one set of settings a process.
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(database,))
        process.start()
        process.join()


def measure(database: str) -> None:
    from tests.factories.console import in_process, make_console  # noqa: PLC0415 (per process)

    with (
        tempfile.TemporaryDirectory() as folder,
        in_process(make_console(Path(folder) / "console", database)),
    ):
        begun = time.perf_counter()
        numbers = fill()
        name = "PostgreSQL" if database else "SQLite"
        print(f"{name}: {CASES:,} cases made in {time.perf_counter() - begun:.0f} s")
        ask(numbers)


def fill() -> list[str]:
    from django.db import connection, transaction  # noqa: PLC0415 (needs Django)
    from django.utils import timezone  # noqa: PLC0415 (as above)

    from breachdesk.console import _grams, _search  # noqa: PLC0415 (as above)
    from breachdesk.console._figures import REGIONS  # noqa: PLC0415 (as above)
    from breachdesk.console._parts import in_use  # noqa: PLC0415 (as above)
    from breachdesk.desk.models import KINDS, STATES, Case, Fingerprint  # noqa: PLC0415 (as above)

    random, now, made = Random(1), timezone.now(), in_use().fingerprinter
    write = _search._WRITE[connection.vendor]  # noqa: SLF001 (the statement that is measured)
    for start in range(0, CASES, 5000):
        rows = [
            Case(
                number=f"2026-{place:06}",
                kind=random.choice(KINDS),
                state=random.choice(STATES),
                language="ko",
                region=random.choice(REGIONS),
                received_at=now - timedelta(minutes=CASES - place),
                summary=" ".join(random.choices(_WORDS, k=6)) + f" {place}",
                wrapped_for_desk=b"",
                wrapped_for_receipt=b"",
                receipt_id=f"{place:064x}",
                retain_until=now.date(),
            )
            for place in range(start, start + 5000)
        ]
        with transaction.atomic():
            saved = Case.objects.bulk_create(rows)
            Fingerprint.objects.bulk_create(
                Fingerprint(case=case, kind=kind, digest=digest)
                for case in saved
                for kind, digest in (
                    ("phone", made.digest("phone", f"+8210{random.randrange(10**6):08}")),
                    ("url", f"scam{random.randrange(5000)}.example/{random.randrange(9)}"),
                )
            )
            with connection.cursor() as cursor:
                cursor.executemany(
                    write, [(case.pk, _grams.indexed(case.summary)) for case in saved]
                )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [f"2026-{random.randrange(CASES):06}" for _ in range(ROUNDS)]


def ask(numbers: list[str]) -> None:
    from django.utils import timezone  # noqa: PLC0415 (needs Django)

    from breachdesk.console._search import Query, find  # noqa: PLC0415 (as above)

    random, today = Random(2), timezone.localdate()
    week = today - timedelta(days=7)
    questions: dict[str, Callable[[int], Query]] = {
        "number": lambda place: Query(numbers[place]),
        "telephone": lambda _: Query(f"010-{random.randrange(10**6):08}"),
        "page": lambda _: Query(f"scam{random.randrange(5000)}.example"),
        "word of two syllables": lambda _: Query(random.choice(_WORDS)),
        "two words": lambda _: Query(" ".join(random.sample(_WORDS, 2))),
        "rare word": lambda _: Query(str(random.randrange(CASES))),
        "one syllable": lambda _: Query(random.choice(_WORDS)[0]),
        "no such word": lambda _: Query("갑을병정"),
        "word, kind, week": lambda _: Query("유심", kind="smishing", first=week, last=today),
        "kind, state, region": lambda _: Query(kind="smishing", state="open", region="11"),
    }
    for name, question in questions.items():
        times = []
        for place in range(ROUNDS):
            asked = question(place)
            begun = time.perf_counter()
            find(asked)
            times.append((time.perf_counter() - begun) * 1000)
        print(f"  {name:24} median {statistics.median(times):7.1f} ms   most {max(times):7.1f} ms")


if __name__ == "__main__":
    main()
