"""A key folder with a published release, the check application in process, and as a process."""

import asyncio
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from breachdesk.check import CheckApp, CheckSettings
from breachdesk.keys import KeyFolder, create
from breachdesk.release import Store
from breachdesk.serving import _environment as environment
from breachdesk.serving._sockets import listen
from breachdesk.voprf import blind
from tests.factories.releases import ORIGIN, Build, Service, publish_release
from tests.factories.work import solve

ROOT = Path(__file__).parents[2]
OCTETS = (b"content-type", b"application/octet-stream")
ELEMENT = blind(b"somebody", fixed_blind=(7).to_bytes(32, "little")).element


@dataclass(frozen=True)
class Made:
    """A service's folders on a disk."""

    keys: Path
    releases: Path
    opened: KeyFolder

    def publish(self, age: int = 0) -> Build:
        """The next release, cosigned `age` seconds ago."""
        service = Service(self.opened.log, self.opened.timestamp, self.opened.timestamp)  # type: ignore[arg-type]  # a SigningKey signs as a FixedSigner does
        return publish_release(Store(self.releases), service, int(time.time()) - age)


def make_service(folder: Path, *, age: int = 0) -> Made:
    """Keys and one release in `folder`."""
    opened = create(folder / "keys", origin=ORIGIN)
    (folder / "releases").mkdir()
    made = Made(folder / "keys", folder / "releases", opened)
    made.publish(age)
    return made


@dataclass(frozen=True)
class Answer:
    """What an application sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def call(
    app: CheckApp,
    method: str,
    path: str,
    *,
    headers: Sequence[tuple[bytes, bytes]] = (),
    body: Sequence[bytes] = (b"",),
    client: str | None = "192.0.2.1",
) -> Answer | None:
    """Call the application with `body` in pieces (none: the client has gone). None: no answer."""
    sent: list[Any] = []
    pieces = list(body)

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": list(headers),
        "client": (client, 1234) if client else None,
    }
    asyncio.run(app(scope, receive, send))
    if not sent:
        return None
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], found, sent[1]["body"])


@contextmanager
def running_check(
    made: Made,
    *,
    rate: int = 10**6,
    log: Path | None = None,
    module: str = "breachdesk.serving._check",
    **more: Any,
) -> Iterator[tuple[str, int]]:
    """The check service as a process: its address and process id.

    With `tests.factories.open_check` for `module` it asks for no tokens.
    """
    options = {"effort": 4, "budget_day": 10**9, "budget_epoch": 10**9, **more}
    settings = CheckSettings(made.releases, made.keys, rate=rate, **options)
    counts = made.keys.parent / "counts"
    counts.mkdir(exist_ok=True)
    with listen("127.0.0.1", 0, "--port") as listening, (log or Path(os.devnull)).open("wb") as out:
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
                environment.SUPERVISOR: str(os.getpid()),
                environment.CHECK_SETTINGS: environment.encode_settings(settings),
                environment.CHECK_SOCKET: str(listening.fileno()),
                "PROMETHEUS_MULTIPROC_DIR": str(counts),
            },
            pass_fds=(listening.fileno(),),
            stdout=out if log else None,
            stderr=out if log else None,
        )
        try:
            wait_for(f"127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait(20)


def fetch_token(url: str, kind: str = "open", epoch: int = 1) -> str:
    """A solved challenge of a running service."""
    found = httpx.get(f"{url}/v1/challenge/{kind}/{epoch}")
    assert found.status_code == 200, found.text
    return solve(found.content).decode()


def wait_for(authority: str, path: str = "/healthz", seconds: float = 60) -> None:
    """Until GET answers 200."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        connection = http.client.HTTPConnection(authority, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise AssertionError(f"{path} did not answer 200")
