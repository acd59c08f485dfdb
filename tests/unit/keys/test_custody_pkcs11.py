"""Custody in a real token, SoftHSM2. The module reads its configuration once a process, so each
test runs the commands in processes of their own."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from breachdesk import keys
from breachdesk.audit import read
from breachdesk.keys import AUDIT_FILE, KeyLocked
from tests.factories.holders import command
from tests.factories.hsm import PIN, TOKEN, Hsm, make_hsm


@pytest.fixture
def hsm(tmp_path: Path) -> Hsm:
    return make_hsm(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.create(tmp_path / "keys", origin="breachdesk.invalid/test")
    return tmp_path / "keys"


def pin_file(folder: Path, pin: str = PIN) -> Path:
    path = folder / f"pin-{pin}"
    path.write_text(pin)
    path.chmod(0o600)
    return path


def run(hsm: Hsm, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, timeout=60,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "SOFTHSM2_CONF": str(hsm.configuration)},
    )  # fmt: skip


def seal(hsm: Hsm, folder: Path, pin: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    return run(
        hsm, "keys", "seal", folder, "--to", "pkcs11", "--module", hsm.module, "--token", TOKEN,
        "--pin-file", pin, *more,
    )  # fmt: skip


def test_the_token_seals_and_opens(hsm: Hsm, folder: Path, tmp_path: Path) -> None:
    before = keys.open_folder(folder)
    pin = pin_file(tmp_path)
    sealed = seal(hsm, folder, pin, "--json")
    assert sealed.returncode == 0, sealed.stderr
    assert json.loads(sealed.stdout)["custody"] == "pkcs11"
    assert keys.custody_name(folder) == "pkcs11"
    assert list(folder.glob("*.key")) == []
    with pytest.raises(KeyLocked, match="PIN"):
        keys.open_folder(folder, only=("log",))
    rotated = run(hsm, "keys", "rotate", folder, "--into", tmp_path / "next", "--unlock", pin)
    assert rotated.returncode == 0, rotated.stderr
    assert keys.custody_name(tmp_path / "next") == "pkcs11"
    opened = run(hsm, "keys", "unseal", folder, "--unlock", pin)
    assert opened.returncode == 0, opened.stderr
    assert keys.open_folder(folder).oprf("open") == before.oprf("open")
    events = [one.event for one in read(folder / AUDIT_FILE)]
    assert events == ["keys.made", "keys.sealed", "keys.rotated", "keys.unsealed"]


def test_a_wrong_pin_token_module_or_key(hsm: Hsm, folder: Path, tmp_path: Path) -> None:
    pin, wrong = pin_file(tmp_path), pin_file(tmp_path, "9999")
    refused = seal(hsm, folder, wrong)
    assert (refused.returncode, "refuses the PIN" in refused.stderr) == (2, True)
    assert keys.custody_name(folder) == "plain"
    assert keys.open_folder(folder).release
    module = run(
        hsm, "keys", "seal", folder, "--to", "pkcs11", "--module", "/none.so", "--token", TOKEN,
        "--pin-file", pin,
    )  # fmt: skip
    assert (module.returncode, "/none.so fails" in module.stderr) == (2, True)
    token = run(
        hsm, "keys", "seal", folder, "--to", "pkcs11", "--module", hsm.module, "--token", "other",
        "--pin-file", pin,
    )  # fmt: skip
    assert (token.returncode, "there is no token other" in token.stderr) == (2, True)
    assert seal(hsm, folder, pin).returncode == 0
    locked = run(hsm, "keys", "unseal", folder, "--unlock", wrong)
    assert (locked.returncode, "refuses the PIN" in locked.stderr) == (2, True)
    text = (folder / "folder.toml").read_text()
    (folder / "folder.toml").write_text(text.replace('key = "breachdesk"', 'key = "gone"'))
    gone = run(hsm, "keys", "unseal", folder, "--unlock", pin)
    assert (gone.returncode, "has no AES key gone" in gone.stderr) == (2, True)


def test_what_another_key_sealed_does_not_open(hsm: Hsm, folder: Path, tmp_path: Path) -> None:
    pin = pin_file(tmp_path)
    assert seal(hsm, folder, pin, "--key", "one").returncode == 0
    keys.create(tmp_path / "two", origin="breachdesk.invalid/test")
    assert seal(hsm, tmp_path / "two", pin, "--key", "two").returncode == 0
    (folder / "keys-1" / "seal").write_bytes((tmp_path / "two" / "keys-1" / "seal").read_bytes())
    found = run(hsm, "keys", "unseal", folder, "--unlock", pin)
    assert (found.returncode, "does not open it" in found.stderr) == (2, True)
