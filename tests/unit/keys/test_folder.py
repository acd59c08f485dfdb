"""The key folder: what is made, what is opened, what is refused, and what never shows."""

import base64
import fcntl
import hashlib
import os
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from breachdesk import keys, voprf
from breachdesk.keys import (
    KEY_NAMES,
    InvalidParameter,
    KeyFolder,
    KeyFolderExists,
    KeyFormat,
    KeyMissing,
    KeyNotOpened,
    KeyPermissions,
    KeyUnreadable,
)
from breachdesk.keys._signing import make_vkey

ORIGIN = "breach.example.org/log"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new key folder of epoch 7."""
    keys.create(tmp_path / "keys", origin=ORIGIN, epoch=7)
    return tmp_path / "keys"


def rewrite(path: Path, old: str, new: str) -> None:
    """Change a file that must hold `old`."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def secret_of(path: Path) -> bytes:
    """The key in a key file."""
    return base64.b64decode(path.read_text().split()[2])


def test_files_and_modes(folder: Path) -> None:
    names = {f"{name}.key" for name in KEY_NAMES} | {
        "folder.toml",
        "audit.jsonl",
        "audit.jsonl.head",
    }
    assert {path.name for path in folder.iterdir()} == names
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_nothing_else_is_left_beside_it(folder: Path) -> None:
    assert list(folder.parent.iterdir()) == [folder]


def test_what_is_made_opens(folder: Path) -> None:
    opened = keys.open_folder(folder)
    assert (opened.origin, opened.epoch) == (ORIGIN, 7)
    plain = [opened.release, opened.padding, opened.subject, opened.claim]
    assert [len(key) for key in plain] == [32] * 4
    secrets = {secret_of(folder / f"{name}.key") for name in KEY_NAMES}
    assert len(secrets) == len(KEY_NAMES)
    assert set(plain) < secrets


@pytest.mark.parametrize(("kind", "number"), [("open", 0), ("code", 1)])
def test_oprf_keys_prove_possession(folder: Path, kind: str, number: int) -> None:
    key = keys.open_folder(folder).oprf(kind)
    assert voprf.public_key(key.secret) == key.public
    context = b"breachdesk/possession/v1" + bytes([number]) + (7).to_bytes(4, "big")
    voprf.verify_possession(key.public, context, key.possession)


def test_possessions_stay_the_same(folder: Path) -> None:
    first, second = (keys.open_folder(folder).oprf("open") for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("key", "name", "kind"), [("log", ORIGIN, 1), ("timestamp", f"{ORIGIN}/timestamp", 4)]
)
def test_signing_keys_have_c2sp_names(folder: Path, key: str, name: str, kind: int) -> None:
    opened = keys.open_folder(folder)
    signing = opened.log if key == "log" else opened.timestamp
    typed = bytes([kind]) + signing.public
    key_id = hashlib.sha256(name.encode() + b"\n" + typed).hexdigest()[:8]
    assert signing.name == name
    assert signing.vkey == f"{name}+{key_id}+{base64.b64encode(typed).decode()}"
    assert signing.vkey == (opened.public.log if key == "log" else opened.public.timestamp)
    verifier = Ed25519PublicKey.from_public_bytes(signing.public)
    verifier.verify(signing.sign(b"data"), b"data")
    with pytest.raises(InvalidSignature):
        verifier.verify(signing.sign(b"data"), b"date")


def test_vkey_of_a_published_example() -> None:
    """The key of golang.org/x/mod/sumdb/note's documentation."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    name, _, encoded = vkey.split("+", 2)
    typed = base64.b64decode(encoded)
    assert make_vkey(name, typed[0], typed[1:]) == vkey


def test_derived_keys_differ_by_label_and_folder(folder: Path, tmp_path: Path) -> None:
    opened = keys.open_folder(folder, only={"release"})
    other = keys.create(tmp_path / "other", origin=ORIGIN)
    derived = {opened.derive(b"spill"), opened.derive(b"ledger"), other.derive(b"spill")}
    assert {len(key) for key in derived} == {32}
    assert len(derived | {opened.release}) == 4
    assert opened.derive(b"spill") == keys.open_folder(folder).derive(b"spill")


def test_only_reads_nothing_else(folder: Path) -> None:
    for name in set(KEY_NAMES) - {"timestamp"}:
        (folder / f"{name}.key").unlink()
    opened = keys.open_folder(folder, only={"timestamp"})
    assert opened.timestamp.sign(b"x")
    assert opened.public.oprf["open"].public
    for use in (
        lambda: opened.oprf("open"),
        lambda: opened.log,
        lambda: opened.release,
        lambda: opened.padding,
        lambda: opened.subject,
        lambda: opened.claim,
        lambda: opened.derive(b"spill"),
    ):
        with pytest.raises(KeyNotOpened):
            use()


def test_only_may_be_nothing(folder: Path) -> None:
    assert keys.open_folder(folder, only=()).public.origin == ORIGIN


def test_unknown_names_are_programming_errors(folder: Path) -> None:
    with pytest.raises(ValueError, match="unknown key names: lock"):
        keys.open_folder(folder, only={"lock"})
    with pytest.raises(ValueError, match="open, code, channel"):
        keys.open_folder(folder).oprf("other")


def test_refuses_to_overwrite(folder: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(KeyFolderExists):
        keys.create(folder, origin=ORIGIN)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    for name in ("empty", "link", "file"):
        with pytest.raises(KeyFolderExists):
            keys.create(tmp_path / name, origin=ORIGIN)


def test_loses_a_race_without_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "keys"
    keys.create(target, origin=ORIGIN)
    first = (target / "folder.toml").read_bytes()
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(KeyFolderExists):
        keys.create(target, origin=ORIGIN)
    assert (target / "folder.toml").read_bytes() == first
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_run_left_is_removed_and_a_living_one_is_not(tmp_path: Path) -> None:
    """A process that is killed loses its lock; the test's own lock stands for one that lives."""
    dead, alive = tmp_path / ".keys.dead.new", tmp_path / ".keys.alive.new"
    other = tmp_path / ".others.dead.new"
    for left in (dead, alive, other):
        left.mkdir()
        (left / "log").write_bytes(bytes(32))
    handle = os.open(alive, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    keys.create(tmp_path / "keys", origin=ORIGIN)
    os.close(handle)
    assert sorted(one.name for one in tmp_path.iterdir()) == [alive.name, other.name, "keys"]


def test_a_failed_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keys.create(tmp_path / "keys", origin=ORIGIN)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "origin", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x00b", "\ud800", "x" * 201, "가" * 67]
)
def test_bad_origins(tmp_path: Path, origin: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        keys.create(tmp_path / "keys", origin=origin)
    assert caught.value.name == "origin"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("epoch", [0, -1, 2**32])
def test_bad_epochs(tmp_path: Path, epoch: int) -> None:
    with pytest.raises(InvalidParameter, match="epoch"):
        keys.create(tmp_path / "keys", origin=ORIGIN, epoch=epoch)


def test_origins_and_epochs_at_the_limit(tmp_path: Path) -> None:
    made = keys.create(tmp_path / "keys", origin='"quoted\\"한국', epoch=2**32 - 1)
    assert (made.origin, made.epoch) == ('"quoted\\"한국', 2**32 - 1)


@pytest.mark.parametrize("name", [*(f"{name}.key" for name in KEY_NAMES), "folder.toml"])
def test_missing_and_readable_files(folder: Path, name: str) -> None:
    for mode in (0o640, 0o604, 0o620, 0o610):
        (folder / name).chmod(mode)
        with pytest.raises(KeyPermissions, match=f"{name}.*chmod 600") as open_to_others:
            keys.open_folder(folder)
        assert (open_to_others.value.file, open_to_others.value.mode) == (name, mode)
    (folder / name).unlink()
    with pytest.raises(KeyMissing, match=name) as missing:
        keys.open_folder(folder)
    assert missing.value.file == name


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711])
def test_readable_folder(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    with pytest.raises(KeyPermissions, match="chmod 700") as caught:
        keys.open_folder(folder)
    assert (caught.value.file, caught.value.mode) == (".", mode)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="breachdesk keys new") as caught:
        keys.open_folder(tmp_path / "keys")
    assert caught.value.file == "."
    (tmp_path / "file").touch()
    with pytest.raises(KeyFormat, match="not a folder"):
        keys.open_folder(tmp_path / "file")


@pytest.mark.parametrize("refused", [".", "folder.toml", "log.key"])
def test_files_of_another_user(folder: Path, monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    real = os.open

    def open_unless_refused(path: str | Path, flags: int, **options: int) -> int:
        if str(path) == (str(folder) if refused == "." else refused):
            raise PermissionError
        return real(path, flags, **options)

    monkeypatch.setattr(os, "open", open_unless_refused)
    with pytest.raises(KeyUnreadable, match="user that owns it") as caught:
        keys.open_folder(folder)
    assert caught.value.file == refused


BAD_KEY_FILES = {
    "empty": b"",
    "binary": b"\xff" * 32,
    "no name": b"breachdesk-key/v1 " + base64.b64encode(bytes(32)),
    "another version": b"breachdesk-key/v2 log " + base64.b64encode(bytes(32)),
    "another key": b"breachdesk-key/v1 timestamp " + base64.b64encode(bytes(32)),
    "short": b"breachdesk-key/v1 log " + base64.b64encode(bytes(31)),
    "long": b"breachdesk-key/v1 log " + base64.b64encode(bytes(33)),
    "not base64": b"breachdesk-key/v1 log " + b"*" * 44,
    "two lines": b"breachdesk-key/v1 log " + base64.b64encode(bytes(32)) + b"\n\n",
    "a key of another folder": b"breachdesk-key/v1 log " + base64.b64encode(bytes(32)),
    "too long": b"breachdesk-key/v1 log " + b"A" * 20000,
}


@pytest.mark.parametrize("content", BAD_KEY_FILES.values(), ids=BAD_KEY_FILES)
def test_malformed_key_files(folder: Path, content: bytes) -> None:
    (folder / "log.key").write_bytes(content)
    with pytest.raises(KeyFormat, match=r"log\.key") as caught:
        keys.open_folder(folder, only={"log"})
    assert caught.value.file == "log.key"


@pytest.mark.parametrize("secret", [bytes(32), b"\xff" * 32, b"\x01" + bytes(31)])
def test_oprf_keys_that_do_not_fit(folder: Path, secret: bytes) -> None:
    encoded = base64.b64encode(secret)
    (folder / "oprf-open.key").write_bytes(b"breachdesk-key/v1 oprf-open " + encoded + b"\n")
    with pytest.raises(KeyFormat, match=r"oprf-open\.key"):
        keys.open_folder(folder, only={"oprf-open"})


def test_a_folder_in_the_place_of_a_file(folder: Path) -> None:
    (folder / "log.key").unlink()
    (folder / "log.key").mkdir(mode=0o700)
    with pytest.raises(KeyFormat, match="not a file"):
        keys.open_folder(folder)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("format = 2", "format = 3", "the version that made it"),
        ("format = 2", "", "format is missing"),
        ("epoch = 7", "epoch = 8", "possession does not hold"),
        ("epoch = 7", "epoch = 0", "epoch"),
        ("epoch = 7", "epoch = true", "epoch is not a number"),
        ("epoch = 7", "epoch = 7\nextra = 1", "does not know"),
        ("epoch = 7", "epoch = 7\nepoch = 7", "not TOML"),
        (f'origin = "{ORIGIN}"', 'origin = "a b"', "origin"),
        (f'origin = "{ORIGIN}"', "origin = 1", "origin is not a text"),
        ("[oprf.code]", "[oprf.other]", "oprf.code is missing"),
        ("[oprf.open]", "[oprf.open]\nextra = 1", "does not know"),
        ('public = "', 'public = "00', "oprf.open.public is not 32 bytes"),
        ('public = "', 'public = "G', "oprf.open.public is not 32 bytes"),
        ('possession = "', 'possession = "00', "oprf.open.possession is not 96 bytes"),
    ],
)
def test_malformed_public_file(folder: Path, old: str, new: str, reason: str) -> None:
    rewrite(folder / "folder.toml", old, new)
    with pytest.raises(KeyFormat, match=reason) as caught:
        keys.open_folder(folder)
    assert caught.value.file == "folder.toml"


@pytest.mark.parametrize("content", [b"\xff", b"oprf = 1\nformat = 1", b"x" * 20000])
def test_public_file_that_is_something_else(folder: Path, content: bytes) -> None:
    (folder / "folder.toml").write_bytes(content)
    with pytest.raises(KeyFormat, match=r"folder\.toml"):
        keys.open_folder(folder)


def test_public_values_of_another_folder(folder: Path, tmp_path: Path) -> None:
    keys.create(tmp_path / "other", origin=ORIGIN, epoch=7)
    public = (tmp_path / "other" / "folder.toml").read_bytes()
    (folder / "folder.toml").write_bytes(public)
    for name in ("oprf-open", "oprf-code", "log", "timestamp"):
        with pytest.raises(KeyFormat, match=f"{name}.key.*does not belong"):
            keys.open_folder(folder, only={name})


def shown_forms(secret: bytes) -> list[str]:
    """Ways in which a key could show in a text."""
    return [repr(secret), secret.hex(), base64.b64encode(secret).decode()]


def test_no_secret_in_repr_or_public_file(folder: Path) -> None:
    opened: KeyFolder = keys.open_folder(folder)
    signing = (opened.log, opened.timestamp)
    shown = repr((opened, opened.oprf("open"), opened.oprf("code"), *signing, opened.public))
    shown += (folder / "folder.toml").read_text()
    for name in KEY_NAMES:
        for form in shown_forms(secret_of(folder / f"{name}.key")):
            assert form not in shown


def test_no_content_in_messages(folder: Path) -> None:
    (folder / "log.key").write_text("breachdesk-key/v1 log canary-canary\n")
    with pytest.raises(KeyFormat) as caught:
        keys.open_folder(folder)
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__
