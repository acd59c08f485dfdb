"""The worker is killed while it opens cases: none is left unopened, and none is opened twice."""

import signal
import subprocess
import time
from collections import Counter

from breachdesk.console import ConsoleSettings
from breachdesk.console._parts import in_use
from breachdesk.desk.models import Case, Event, Fingerprint
from breachdesk.serving import _environment as environment
from tests.factories.channel import end, start
from tests.factories.console import Made, report

CASES, KILLS = 60, 2
_PATIENCE_SECONDS = 60


def worker(made: Made) -> subprocess.Popen[bytes]:
    settings = ConsoleSettings(made.folder, made.folder / "keys", made.database)
    told = {environment.CONSOLE_SETTINGS: environment.encode_console(settings)}
    return start("breachdesk.serving._console_worker", told, None)


def opened() -> int:
    return Case.objects.exclude(indexed_at=None).count()


def wait_until_opened(count: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while opened() < count:
        assert process.poll() is None, "the worker has ended"
        assert time.monotonic() < give_up, f"{opened()} of {count} were opened"
        time.sleep(0.01)


def numbered(place: int) -> str:
    """A telephone number, and every one of them in two cases."""
    return f"010-0000-{place // 2:04}"


def make_cases() -> None:
    for place in range(CASES):
        texts = {"narrative": "이야기", "caller_number": numbered(place)}
        report(texts=texts, scam_url=f"http://bad.example/{place}")


def test_cases_are_opened_once_though_the_worker_is_killed(console: Made) -> None:
    make_cases()
    for _ in range(KILLS):
        before, process = opened(), worker(console)
        wait_until_opened(before + 1, process)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        assert before < opened() < CASES, "it was killed in the midst of the work"
    process = worker(console)
    try:
        wait_until_opened(CASES, process)
    finally:
        end(process)
    assert process.returncode == 0
    verbs = Counter(Event.objects.values_list("case", "verb"))
    made = in_use().fingerprinter
    for place, case in enumerate(Case.objects.order_by("pk")):
        assert verbs[case.pk, "opened"] == verbs[case.pk, "received"] == 1
        assert case.first_response_due is not None
        assert case.resolution_due is not None
        marks = Fingerprint.objects.filter(case=case).values_list("kind", "digest")
        digest = made.digest("phone", "+82" + numbered(place)[1:].replace("-", ""))
        assert sorted(marks) == [("phone", digest), ("url", f"bad.example/{place}")]
