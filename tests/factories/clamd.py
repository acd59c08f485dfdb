"""A clamd of a test's own: it knows one signature, that of the EICAR test file, and nothing else.

Nothing is downloaded: its database folder holds the one file that is written here.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from breachdesk.cleaning import Scanner

#: The file that scanners know by agreement (eicar.org), in two pieces: no scanner stops this one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_SECONDS = 30
_SETTINGS = """\
Foreground yes
LocalSocket {folder}/socket
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
StreamMaxLength 32M
MaxThreads 2
"""


@dataclass(frozen=True)
class Clamd:
    """One that answers."""

    command: str
    process: subprocess.Popen[bytes]

    @property
    def scanner(self) -> Scanner:
        return Scanner(self.command)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(_SECONDS)


@contextmanager
def running(program: Path) -> Iterator[Clamd]:
    """Its folder is one of a short name: the path of a socket may have 107 bytes."""
    with TemporaryDirectory(prefix="breachdesk-clamd-") as folder:
        _write(Path(folder))
        settings = Path(folder) / "clamd.conf"
        process = subprocess.Popen(
            [program, f"--config-file={settings}"], stdout=subprocess.DEVNULL
        )
        found = Clamd(f"{shutil.which('clamdscan')} --config-file={settings} --stream", process)
        try:
            _wait(found, Path(folder) / "socket")
            yield found
        finally:
            found.stop()


def _write(folder: Path) -> None:
    signatures = folder / "signatures"
    signatures.mkdir()
    # Name, type of file (0: any), offset (anywhere), bytes.
    line = f"Breachdesk.Test.EICAR:0:*:{EICAR.hex()}\n"
    (signatures / "own.ndb").write_text(line, "ascii")
    (folder / "clamd.conf").write_text(_SETTINGS.format(folder=folder))


def _wait(found: Clamd, socket: Path) -> None:
    end = time.monotonic() + _SECONDS
    while not socket.exists() or found.scanner.scan(b"ready?") != "clean":
        assert found.process.poll() is None, "clamd ended"
        assert time.monotonic() < end, "clamd does not answer"
        time.sleep(0.1)
