"""What a process leaves behind when it dies, and whether its memory may go to a disk in plain."""

import subprocess
import sys
from pathlib import Path

import pytest

from breachdesk.ingest import plain_swap

_DIES = """
import ctypes, os, resource
from breachdesk.ingest import leave_no_core
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
leave_no_core()
dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
print(resource.getrlimit(resource.RLIMIT_CORE)[0], dumpable, flush=True)
os.abort()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_process_that_dies_leaves_no_core(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _DIES], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert run.stdout.split() == ["0", "0"]
    assert run.returncode < 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("device", "uuid", "plain"),
    [
        ("/dev/sda2", None, True),
        ("/swapfile", None, True),
        ("/dev/zram0", None, False),
        ("/dev/dm-1", "CRYPT-PLAIN-swap", False),
        ("/dev/dm-1", "LVM-abc", True),
        (None, None, False),
    ],
)
def test_swap(tmp_path: Path, device: str | None, uuid: str | None, plain: bool) -> None:
    swaps = tmp_path / "swaps"
    line = f"{device} partition 1024 0 -2\n" if device else ""
    swaps.write_text(f"Filename Type Size Used Priority\n{line}")
    if uuid and device:
        facts = tmp_path / "block" / Path(device).name / "dm"
        facts.mkdir(parents=True)
        (facts / "uuid").write_text(uuid)
    assert plain_swap(swaps, tmp_path / "block") is plain
    assert plain_swap(tmp_path / "none", tmp_path / "block") is False
