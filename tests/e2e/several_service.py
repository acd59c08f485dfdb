"""Two incidents in one release, under a key of which two evaluators have a share each."""

import csv
import subprocess
import sys
from pathlib import Path

from tests.e2e.recording_proxy import Proxy
from tests.e2e.running_service import INCIDENT, ROOT, Person, Service, run_command
from tests.factories.ports import free_port
from tests.factories.served import wait_for

_HEADER = ("고객명", "주민등록번호", "휴대전화번호", "고객관리번호")
FIRST, SECOND = "kt-2014", "kt-2012"
TITLES = {
    "ko": {FIRST: "KT 고객정보 유출", SECOND: "KT 2012년 고객정보 유출"},
    "en": {FIRST: "KT customer data leak", SECOND: "KT customer data leak of 2012"},
}


def _person(name: str, birth: str, phone: str, items: tuple[str, ...]) -> Person:
    fields = {"name": name, "birth_date": birth, "phone": phone}
    return Person(bool(items), fields, items)


IN_BOTH = _person("한가람", "1980-03-04", "010-4100-0001", ("name", "rrn", "phone"))
IN_SECOND = _person("두나래", "1981-05-06", "010-4100-0002", ("name", "rrn", "phone"))
IN_NONE = _person("세모돌", "1982-07-08", "010-4100-0003", ())
#: What each incident has of IN_BOTH beyond that.
ONLY_IN = {FIRST: "customer_number", SECOND: "email"}
_FIRST_ROWS = [_HEADER, ("한가람", "800304-1000011", "010-4100-0001", "700000001")]
_SECOND_ROWS = [
    (*_HEADER, "이메일"),
    ("한가람", "800304-1000011", "010-4100-0001", "", "garam@example.org"),
    ("두나래", "810506-2000012", "010-4100-0002", "", ""),
    ("네번째", "830910-1000013", "", "700000009", ""),
]


class SeveralService(Service):
    """`service.peer` stands before the second evaluator, a process of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.peer_port, self.desk_port = free_port(), free_port()
        self.peer = Proxy(self.peer_port)
        self.evaluator: subprocess.Popen[bytes] | None = None

    def build_both(self) -> None:
        """Two releases, the second one of both incidents; the keys are split before."""
        whole, builder, holder = (self.folder / name for name in ("whole", "builder", "holder"))
        run_command("keys", "new", whole)
        run_command("keys", "split", whole, "--into", builder, holder, "--keep-whole")
        for incident, rows in ((INCIDENT, _FIRST_ROWS), (self._second(), _SECOND_ROWS)):
            source = self.folder / f"{incident.stem}.csv"
            with source.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
            options = ("--incident", incident, "--source", source, "--keys", whole)
            run_command("build", *options, "--releases", self.releases)
        self.keys = builder

    def start_both(self) -> None:
        """The second evaluator, then the service that asks it."""
        self.peer.start()
        options = ("evaluator", "--keys", str(self.folder / "holder"), "--port")
        command = ["-c", "from breachdesk.cli import main; main()", *options, str(self.peer_port)]
        self.evaluator = subprocess.Popen(
            [sys.executable, *command, "--rate", "1000000"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
        wait_for(f"127.0.0.1:{self.peer_port}")
        self.start("--peer", self.peer.url, "--desk", "--desk-port", str(self.desk_port))

    def kill_evaluator(self) -> None:
        """End the second evaluator at once."""
        assert self.evaluator is not None
        self.evaluator.kill()
        self.evaluator.wait(30)

    def stop_both(self) -> None:
        if self.running:
            assert self.stop() == 0
        if self.evaluator is not None:
            self.kill_evaluator()
        self.peer.stop()

    @property
    def peer_name(self) -> str:
        """What the page calls the second evaluator."""
        return f"127.0.0.1:{self.peer.port}"

    def _second(self) -> Path:
        """The first incident's file with another id, number, title, period and items."""
        text = INCIDENT.read_text("utf-8")
        for old, new in (
            ('id = "kt-2014"', f'id = "{SECOND}"'),
            ("number = 1", "number = 2"),
            ('ko = "KT 고객정보 유출"', 'ko = "KT 2012년 고객정보 유출"'),
            ('en = "KT customer data leak"', 'en = "KT customer data leak of 2012"'),
            ("first = 2013-02-01", "first = 2012-02-01"),
            ("last = 2014-02-28", "last = 2012-07-31"),
        ):
            assert text.count(old) == 1
            text = text.replace(old, new)
        path = self.folder / "second.toml"
        path.write_text(text, "utf-8")
        return path
