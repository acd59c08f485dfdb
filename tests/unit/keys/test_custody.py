"""Every custody: what it seals it opens, nothing else opens it, and plain files are gone."""

import os
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from breachdesk import keys
from breachdesk.audit import read, verify
from breachdesk.keys import (
    AUDIT_FILE,
    KEY_NAMES,
    AgeCustody,
    CredentialCustody,
    Custody,
    InvalidParameter,
    KeyFormat,
    KeyLocked,
    KeyPermissions,
    PassphraseCustody,
    Unlock,
    new_credential,
)

ORIGIN = "breach.example.org/log"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.create(tmp_path / "keys", origin=ORIGIN)
    return tmp_path / "keys"


def secret_file(tmp_path: Path, text: str) -> Unlock:
    """A file that holds what opens a folder."""
    path = tmp_path / f"secret-{len(list(tmp_path.iterdir()))}"
    path.write_text(text + "\n")
    path.chmod(0o600)
    return Unlock(path)


def age() -> tuple[Custody, str, str]:
    identity, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    text = f"# created: now\n# public key: x\n{identity}"
    return AgeCustody.to(str(identity.to_public())), text, str(other)


def passphrase() -> tuple[Custody, str, str]:
    return PassphraseCustody("correct horse 배터리"), "correct horse 배터리", "wrong"


def credential() -> tuple[Custody, str, str]:
    text = new_credential()
    return CredentialCustody.of(text), text, new_credential()


@pytest.mark.parametrize("make", [age, passphrase, credential])
def test_what_is_sealed_opens_with_its_secret_alone(
    folder: Path, tmp_path: Path, make: Callable[[], tuple[Custody, str, str]]
) -> None:
    before = keys.open_folder(folder)
    plain = {path.read_bytes() for path in folder.glob("*.key")}
    custody, right, wrong = make()
    keys.seal(folder, custody)
    assert keys.custody_name(folder) == custody.name
    assert list(folder.glob("*.key")) == []
    assert not plain & {path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    opened = keys.open_folder(folder, unlock=secret_file(tmp_path, right))
    assert opened.oprf("open") == before.oprf("open")
    assert (opened.release, opened.log.vkey) == (before.release, before.log.vkey)
    for locked in (secret_file(tmp_path, wrong), secret_file(tmp_path, "x"), Unlock()):
        with pytest.raises(KeyLocked):
            keys.open_folder(folder, unlock=locked)
    assert keys.open_folder(folder, only=()).public == before.public
    keys.unseal(folder, unlock=secret_file(tmp_path, right))
    assert keys.custody_name(folder) == "plain"
    assert keys.open_folder(folder).oprf("code") == before.oprf("code")
    events = [one.event for one in read(folder / AUDIT_FILE)]
    assert events == ["keys.made", "keys.sealed", "keys.unsealed"]


def test_a_sealed_folder_is_sealed_anew(folder: Path, tmp_path: Path) -> None:
    first, second = new_credential(), new_credential()
    keys.seal(folder, CredentialCustody.of(first))
    keys.seal(folder, CredentialCustody.of(second), unlock=secret_file(tmp_path, first))
    assert keys.open_folder(folder, unlock=secret_file(tmp_path, second)).release
    with pytest.raises(KeyLocked):
        keys.open_folder(folder, unlock=secret_file(tmp_path, first))
    assert [path.name for path in folder.glob("keys-*")] == ["keys-2"]


def test_the_secret_comes_from_the_surroundings(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = new_credential()
    keys.seal(folder, CredentialCustody.of(text))
    monkeypatch.setenv("BREACHDESK_UNLOCK", text)
    assert keys.open_folder(folder).release
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "breachdesk-unlock").write_text(text)
    (credentials / "breachdesk-unlock").chmod(0o400)
    monkeypatch.setenv("BREACHDESK_UNLOCK", "wrong, and not looked at")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert keys.open_folder(folder).release
    handle = os.memfd_create("test")
    os.write(handle, text.encode())
    (credentials / "breachdesk-unlock").unlink()
    monkeypatch.setenv("BREACHDESK_UNLOCK_HANDLE", str(handle))
    assert keys.open_folder(folder).release
    assert keys.open_folder(folder).release
    os.close(handle)
    with pytest.raises(KeyLocked, match="handle"):
        keys.open_folder(folder)


def test_a_person_is_asked_once(folder: Path) -> None:
    keys.seal(folder, PassphraseCustody("typed"))
    asked: list[str] = []

    def prompt(what: str) -> str:
        asked.append(what)
        return "typed"

    unlock = Unlock(prompt=prompt)
    keys.rotate(folder, folder.parent / "next", unlock=unlock)
    assert asked == ["the passphrase"]


def test_bad_secrets_and_files(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="age recipient"):
        AgeCustody.to("age1nothing")
    keys.seal(folder, CredentialCustody.of(new_credential()))
    everybody = tmp_path / "everybody"
    everybody.write_text("x")
    everybody.chmod(0o644)
    with pytest.raises(KeyPermissions):
        keys.open_folder(folder, unlock=Unlock(everybody))
    with pytest.raises(KeyLocked, match="cannot be read"):
        keys.open_folder(folder, unlock=Unlock(tmp_path / "none"))
    for content in ("", "\n", "x" * 70_000):
        with pytest.raises(KeyLocked):
            keys.open_folder(folder, unlock=secret_file(tmp_path, content))


@pytest.mark.parametrize("name", ["log", "oprf-open"])
def test_damaged_sealed_files(folder: Path, tmp_path: Path, name: str) -> None:
    text = new_credential()
    keys.seal(folder, CredentialCustody.of(text))
    file = folder / "keys-1" / f"{name}.key"
    good = file.read_bytes()
    other = (folder / "keys-1" / "release.key").read_bytes()
    for content in (b"", good[:-5] + b"\n", good.replace(b"/v1", b"/v2"), other, b"\xff" * 80):
        file.write_bytes(content)
        with pytest.raises(KeyFormat, match=name):
            keys.open_folder(folder, unlock=secret_file(tmp_path, text))
    file.write_bytes(other.replace(b"release", name.encode()))
    with pytest.raises(KeyFormat, match="does not open under this folder's seal"):
        keys.open_folder(folder, unlock=secret_file(tmp_path, text))


def test_nothing_secret_shows(folder: Path) -> None:
    text = new_credential()
    unlock = Unlock(prompt=lambda _: text)
    keys.seal(folder, CredentialCustody.of(text))
    opened = keys.open_folder(folder, unlock=unlock)
    assert text not in repr(unlock)
    assert text not in repr(opened)
    assert verify(folder / AUDIT_FILE) == 2
    assert set(KEY_NAMES) == {path.stem for path in (folder / "keys-1").glob("*.key")}
