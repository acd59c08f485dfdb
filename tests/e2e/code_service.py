"""A service with codes: mail by a real SMTP server, text messages by the reference receiver."""

import csv
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from breachdesk.identifiers import canonical
from tests.e2e.running_service import ROOT, SAMPLE, Person, Service, run_command
from tests.factories.ports import free_port
from tests.factories.smtp import Mailbox

#: Codes to one address in an hour; nobody but the test of it asks so often.
ADDRESS_HOUR = 8
_PATIENCE_SECONDS = 60
_CODE = re.compile(r"\b([0-9]{4}) ?([0-9]{4})\b")
_RECEIVE = "from breachdesk.cli import main; main()"


@dataclass(slots=True)
class CodeService:
    """What `Service` has, with the ways by which its codes arrive."""

    service: Service
    mailbox: Mailbox
    sms: Path = field(init=False)
    file: Path = field(init=False)
    letters: dict[str, str] = field(default_factory=dict)
    _receiver: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.sms = self.service.folder / "sms"
        self.file = self.service.folder / "channel.toml"

    def start(self) -> None:
        """Build, take letters, and start everything."""
        self.service.build()
        self._write_letters()
        port = free_port()
        token = self.service.folder / "sms-token"
        token.write_text("a-token-of-the-gateway-in-tests\n")
        token.chmod(0o600)
        options = ("--port", port, "--folder", self.sms, "--token-file", token)
        command = [sys.executable, "-c", _RECEIVE, "channel", "sms-receiver", *map(str, options)]
        self._receiver = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        run_command("channel", "init", self.file, "--spool", self.service.folder / "spool")
        self._configure(port)
        self.service.start(channel_file=self.file)

    def stop(self) -> None:
        if self.service.running:
            assert self.service.stop() == 0
        if self._receiver is not None:
            self._receiver.terminate()
            self._receiver.wait(30)

    def _configure(self, port: int) -> None:
        spool = f'sender = "spool"\nspool = "{self.service.folder / "spool"}"\n'
        text = self.file.read_text("utf-8")
        assert text.count(spool) == 2
        url = f"http://127.0.0.1:{port}/"
        gateway = f'sender = "sms"\nurl = "{url}"\ntoken_file = "sms-token"\n'
        smtp = f'sender = "smtp"\nhost = "127.0.0.1"\nport = {self.mailbox.port}\ntls = "none"\n'
        text = text.replace(spool, gateway, 1).replace(spool, smtp, 1)
        for old, new in (
            ("address_hour = 3", f"address_hour = {ADDRESS_HOUR}"),
            ("address_day = 6", f"address_day = {ADDRESS_HOUR}"),
            ("client_rate = 300", "client_rate = 100000"),
        ):
            assert old in text
            text = text.replace(old, new)
        self.file.write_text(text, "utf-8")

    def _write_letters(self) -> None:
        source, out = self.service.folder / "source/leak.csv", self.service.folder / "letters.csv"
        options = ("--incident", SAMPLE, "--source", source, "--keys", self.service.keys)
        run_command("letters", out, *options)
        with out.open(encoding="utf-8-sig", newline="") as file:
            self.letters = {row["name"]: row["code"] for row in csv.DictReader(file)}

    def mailed(self, address: str) -> str:
        """The code of the newest mail to an address."""
        known = canonical("email", address).decode()

        def look() -> str | None:
            found = [text for _, to, text in self.mailbox.envelopes if to == [known]]
            return found[-1].get_content() if found else None

        return code_in(_until(look))

    def texts_to(self, address: str) -> list[str]:
        """The text messages to a number so far, the newest last."""
        known = canonical("phone", address).decode()
        files = sorted(self.sms.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        messages = [json.loads(path.read_text("utf-8")) for path in files]
        return [one["text"] for one in messages if one["to"] == known]

    def texted(self, address: str, *, after: int = 0) -> str:
        """The code of the newest text message to a number, once there are more than `after`."""

        def look() -> str | None:
            texts = self.texts_to(address)
            return texts[-1] if len(texts) > after else None

        return code_in(_until(look))

    def desk_code(self, phone: str) -> str:
        """The code that somebody of the desk gives for a number, after a look at an identity card.

        Nothing of it is on a command line; without a terminal the passwords come on standard input.
        """
        self._desk("staff", "add", "kim", typed=("a-password-of-tests",) * 2)
        typed = ("kim", "a-password-of-tests", "1", phone, "y")
        more = ("--keys", self.service.keys, "--type", "phone")
        said = self._desk("desk-code", *more, typed=typed)
        found = re.search(r"\b(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}\b", said)
        assert found is not None, said
        return found[0]

    def _desk(self, *words: "str | Path", typed: tuple[str, ...]) -> str:
        command = ["-c", _RECEIVE, "channel", *map(str, words), "--config", str(self.file)]
        done = subprocess.run(
            [sys.executable, *command],
            input="".join(f"{line}\n" for line in typed),
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            cwd=ROOT,
            timeout=_PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def expire(self) -> None:
        """Let the time of every code that is out be over."""
        with sqlite3.connect(self.service.folder / "channel.sqlite3") as database:
            database.execute("UPDATE channel_ask SET expires = 1")
        database.close()


def code_in(text: str) -> str:
    """The eight digits that a message carries."""
    found = _CODE.search(text)
    assert found is not None
    return found[1] + found[2]


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**8:08d}"


def _until(look: Callable[[], str | None]) -> str:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.1)
    raise AssertionError("no message came")


def with_phone(person: Person) -> bool:
    """Whether codes are sent to the person's phone: the sample's prefix only."""
    return canonical("phone", person.fields["phone"]).startswith(b"+8210")
