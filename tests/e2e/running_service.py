"""The whole way of the data, by the real commands: sample, keys, release, service."""

import csv
import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.recording_proxy import Proxy
from tests.factories.ports import free_port

ROOT = Path(__file__).parents[2]
INCIDENT = ROOT / "tests/data/open-items.toml"
SAMPLE = ROOT / "examples/kt-2014/incident.toml"
RECORDS = 2000
_PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the answers file: what the person would type, and what must come out."""

    included: bool
    fields: dict[str, str]
    items: tuple[str, ...]


#: In the leak, and of values that nothing else on the way of the data holds.
CANARY = Person(
    included=True,
    fields={
        "name": " 뢰쀍 갹",
        "birth_date": "1937년 11월 29일",
        "phone": "０１０-7193 8462",
        "customer_number": "918-２73 645",
    },
    items=("name", "rrn", "phone", "customer_number"),
)
_CANARY_ROW = {
    "고객명": "뢰쀍갹",
    "주민등록번호": "371129-1726354",
    "휴대전화번호": "010-7193-8462",
    "고객관리번호": "918273645",
}
#: Not in the leak.
CANARY_ABSENT = Person(
    included=False,
    fields={
        "name": "Zyqwoxv 　Krúdze",
        "birth_date": "1941/12/31",
        "phone": "010 9284-6173",
        "customer_number": "564 738-291",
    },
    items=(),
)


def run_command(*arguments: str | Path) -> str:
    """Standard output of `breachdesk …`, which must succeed."""
    done = subprocess.run(
        [sys.executable, "-c", "from breachdesk.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_SECONDS,
        env=_environment(),
        cwd=ROOT,
    )
    assert done.returncode == 0, f"{arguments[0]}: {done.stdout}{done.stderr}"
    return done.stdout


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", **more}


class Service:
    """The service in a folder of its own, pages and check each behind a recording proxy."""

    def __init__(self, folder: Path, *, codes: bool = False, database: str = "") -> None:
        """`codes`: with the channel service, and the sample incident as it is. `database`: a URL;
        without one, files in the data folders."""
        self.folder = folder
        self.codes = codes
        self._database = {"DATABASE_URL": database} if database else {}
        self.keys = folder / "keys"
        self.releases = folder / "releases"
        #: Everything that the running service writes: its words, and its temporary files.
        self.output = folder / "serve.log"
        self.temporary = folder / "temporary"
        self.people: tuple[Person, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self.pages_port, self.check_port, self.channel_port = (free_port() for _ in range(3))
        self.pages = Proxy(self.pages_port)
        self.check = Proxy(self.check_port)
        self.channel = Proxy(self.channel_port)

    def build(self, records: int = RECORDS) -> None:
        source, answers = self.folder / "source/leak.csv", self.folder / "source/people.jsonl"
        source.parent.mkdir()
        run_command(
            "synth", source, "--records", str(records), "--encoding", "cp949", "--answers", answers
        )
        _append_canary(source)
        self.people = tuple(map(_person, answers.read_text("utf-8").splitlines()))
        run_command("keys", "new", self.keys)
        incident = SAMPLE if self.codes else INCIDENT
        build = ("--incident", incident, "--source", source, "--keys", self.keys)
        run_command("build", *build, "--releases", self.releases)

    def start(self, *more_options: str, channel_file: Path | None = None) -> None:
        """The proxies, then the service; returns when /healthz answers 200."""
        self.pages.start()
        self.check.start()
        self.temporary.mkdir()
        options = ("--releases", self.releases, "--keys", self.keys, "--port", self.pages_port)
        more: tuple[str | Path | int, ...]
        more = ("--evaluator-port", self.check_port, "--evaluator-url", self.check.url)
        if channel_file is not None:
            self.channel.start()
            more += ("--channel", channel_file, "--channel-port", self.channel_port)
            more += ("--channel-url", self.channel.url)
        command = ["-c", "from breachdesk.cli import main; main()", "serve", *options, *more]
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, *map(str, command), "--rate", "1000000", *more_options],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(TMPDIR=str(self.temporary), **self._database),
                cwd=ROOT,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            assert self._process is not None
            assert self._process.poll() is None, self.output.read_text("utf-8")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.pages_port}/healthz") as one:
                    if one.status == 200:
                        return
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"not ready: {self.output.read_text('utf-8')}")

    def stop(self) -> int:
        """End it as an operator would; the exit code."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(_PATIENCE_SECONDS)
        self.pages.stop()
        self.check.stop()
        if self.codes:
            self.channel.stop()
        return code

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def some(self, *, included: bool, fields: tuple[str, ...], count: int) -> list[Person]:
        """The first people of the answers file who have these fields."""
        fit = [
            one
            for one in self.people
            if one.included is included and set(fields) <= one.fields.keys()
        ]
        assert len(fit) >= count
        return fit[:count]


def _append_canary(source: Path) -> None:
    with source.open(encoding="cp949", newline="") as file:
        header = next(csv.reader(file))
    with source.open("a", encoding="cp949", newline="") as file:
        csv.writer(file).writerow([_CANARY_ROW.get(column, "") for column in header])


def _person(line: str) -> Person:
    found: dict[str, Any] = json.loads(line)
    return Person(found["included"], found["fields"], tuple(found["items"]))
