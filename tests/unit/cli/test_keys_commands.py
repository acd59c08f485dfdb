"""`breachdesk keys seal`, `unseal`, `split`, `builder`, `rotate`, `destroy` and `audit`."""

import json
from pathlib import Path

import pyrage
import pytest
from typer.testing import CliRunner

from breachdesk.cli._app import app
from breachdesk.keys import EPOCH_KEYS, create, custody_name, open_folder

RUNNER = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path / "keys", origin="breach.example.org")
    return tmp_path / "keys"


def run(*arguments: str | Path, code: int = 0) -> str:
    """Standard output of a command that ends with this status; its error otherwise."""
    done = RUNNER.invoke(app, [str(one) for one in arguments])
    assert done.exit_code == code, done.output
    return done.stderr if code else done.stdout


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_sealing_to_age_and_back(folder: Path, tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    secret = private(tmp_path / "identity", f"{identity}\n")
    said = run("keys", "seal", folder, "--to", "age", "--recipient", str(identity.to_public()))
    assert "sealed now (age)" in said
    assert "Try to open them" in said
    assert str(identity) not in said
    run("keys", "unseal", folder, code=2)
    found = json.loads(run("keys", "unseal", folder, "--unlock", secret, "--json"))
    assert found == {"folder": str(folder), "custody": "plain"}


def test_sealing_needs_what_its_way_needs(folder: Path, tmp_path: Path) -> None:
    for to, wanted in (
        ("age", "--recipient"),
        ("credential", "--credential-out"),
        ("pkcs11", "--module and --token"),
        ("passphrase", "--passphrase-file"),
    ):
        assert wanted in run("keys", "seal", folder, "--to", to, code=2)
    taken = private(tmp_path / "taken", "mine")
    said = run("keys", "seal", folder, "--to", "credential", "--credential-out", taken, code=2)
    assert "exists already" in said
    assert taken.read_text() == "mine"
    assert custody_name(folder) == "plain"


def test_a_passphrase_from_its_file(folder: Path, tmp_path: Path) -> None:
    secret = private(tmp_path / "passphrase", "correct horse\n")
    run("keys", "seal", folder, "--to", "passphrase", "--passphrase-file", secret)
    assert custody_name(folder) == "passphrase"
    vkey = run("keys", "builder", folder, "--unlock", secret).strip()
    assert vkey == open_folder(folder, only=()).public.builder


def test_splitting_says_what_to_do_next(folder: Path, tmp_path: Path) -> None:
    said = run("keys", "split", folder, "--into", tmp_path / "a", tmp_path / "b", "--keep-whole")
    assert "keys destroy" in said
    assert "keep no copy" in said
    again = run("keys", "split", folder, "--into", tmp_path / "c", tmp_path / "d", code=2)
    assert "split already" in again
    create(tmp_path / "two", origin="breach.example.org")
    found = json.loads(
        run("keys", "split", tmp_path / "two", "--into", tmp_path / "c", tmp_path / "d", "--json")
    )
    assert (found["whole_kept"], len(found["shares"]["open"])) == (False, 2)
    assert "were" not in run("keys", "builder", tmp_path / "c")


def test_rotating_and_destroying(folder: Path, tmp_path: Path) -> None:
    found = json.loads(run("keys", "rotate", folder, "--into", tmp_path / "next", "--json"))
    assert found["epoch"] == 2
    assert "--key or --releases" in run("keys", "destroy", folder, "--yes", code=2)
    assert "--yes" in run("keys", "destroy", folder, "--key", "oprf-open", code=2)
    assert "oprf-open" in [path.stem for path in folder.glob("*.key")]
    done = json.loads(run("keys", "destroy", folder, "--key", "oprf-open", "--yes", "--json"))
    assert done == {"destroyed": ["oprf-open"]}
    none = run("keys", "destroy", folder, "--releases", tmp_path / "none", "--yes", code=2)
    assert "not of the log" in none or "not there" in none
    unknown = run("keys", "destroy", folder, "--key", "nothing", "--yes", code=2)
    assert "does not hold the key nothing" in unknown
    assert len(EPOCH_KEYS) == 6


def test_audit_tells_events_and_counts(folder: Path, tmp_path: Path) -> None:
    run("keys", "rotate", folder, "--into", tmp_path / "next")
    said = run("keys", "audit", folder)
    assert "keys.made" in said
    assert "keys.rotated" in said
    found = json.loads(run("keys", "audit", folder, "--state", tmp_path, "--json"))
    assert [one["event"] for one in found["events"]] == ["keys.made", "keys.rotated"]
    assert found["evaluations"] == []
    log = folder / "audit.jsonl"
    log.write_text(log.read_text().replace("keys.made", "keys.male"))
    assert "line 1" in run("keys", "audit", folder, code=3)
