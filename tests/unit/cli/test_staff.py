"""`breachdesk staff` in processes of their own, as an operator's script calls it."""

import json
import subprocess
import sys
from pathlib import Path

from breachdesk.keys import create

PASSWORD = "correct horse battery staple"
_RUN = "from breachdesk.cli import main; main()"


def staff(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    places = ("--keys", str(folder / "keys"), "--data", str(folder / "desk"))
    return subprocess.run(
        [sys.executable, "-c", _RUN, "staff", *arguments, *places],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_account_is_made_listed_and_shut_out(tmp_path: Path) -> None:
    create(tmp_path / "keys", origin="desk.example.org")
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    nobody_to_ask = staff(tmp_path, "add", "kim", "--role", "agent")
    assert (nobody_to_ask.returncode, "--password-file" in nobody_to_ask.stderr) == (2, True)
    made = staff(tmp_path, "add", "kim", "--role", "agent", "--password-file", str(secret))
    assert made.returncode == 0, made.stderr
    assert PASSWORD not in made.stdout + made.stderr
    assert staff(tmp_path, "shut-out", "kim").returncode == 0
    (listed,) = json.loads(staff(tmp_path, "list", "--json").stdout)
    assert (listed["name"], listed["role"], listed["active"]) == ("kim", "agent", False)
    wrong = staff(tmp_path, "add", "lee", "--role", "agent", "--password-file", str(tmp_path))
    assert (wrong.returncode, "cannot be read" in wrong.stderr) == (2, True)
