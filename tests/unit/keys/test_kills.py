"""A kill at any point of a change leaves a usable folder, and the change can be made after it.

The change runs in a process that ends itself with SIGKILL just before its n-th write to the disk
(sync, rename or unlink), for every n until it comes through.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from breachdesk import keys
from breachdesk.audit import AuditLog, verify
from breachdesk.keys import (
    AUDIT_FILE,
    CredentialCustody,
    KeyDestroyed,
    KeyFolder,
    KeyFolderExists,
    SplitRequest,
    Unlock,
)

ORIGIN = "breach.example.org/log"
CREDENTIAL = "A" * 43 + "="
UNLOCK = Unlock(prompt=lambda _: CREDENTIAL)
SPLIT = ("oprf-open", "oprf-code")


def killed_at(step: int, change: Callable[[], object]) -> bool:
    """Run a change in a process that is killed at a step; False if it came through before."""
    child = os.fork()
    if child == 0:
        left = step

        def counting(real: Callable[..., object]) -> Callable[..., object]:
            def run(*arguments: object, **options: object) -> object:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **options)

            return run

        try:
            for name in ("fsync", "rename", "unlink"):
                setattr(os, name, counting(getattr(os, name)))
            change()
        except BaseException:  # noqa: BLE001 (a forked test must not go on as one)
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def whole_folder(folder: Path, *, sealed: bool = False) -> KeyFolder:
    opened = keys.create(folder, origin=ORIGIN)
    if sealed:
        keys.seal(folder, CredentialCustody.of(CREDENTIAL))
    return opened


def check_usable(folder: Path, before: KeyFolder) -> None:
    """Every key opens and is what it was."""
    opened = keys.open_folder(folder, unlock=UNLOCK)
    assert opened.oprf("channel") == before.oprf("channel")
    assert (opened.release, opened.log.vkey) == (before.release, before.log.vkey)


def each_step(tmp_path: Path, change: Callable[[Path], object], *, sealed: bool = False) -> int:
    """Kill the change at each step, look at the folder, and make the change; how many steps."""
    for step in range(1, 500):
        place = tmp_path / f"step-{step}"
        place.mkdir()
        before = whole_folder(place / "keys", sealed=sealed)
        killed = killed_at(step, lambda place=place: change(place))  # type: ignore[misc]  # bound now
        check_usable(place / "keys", before)
        if not killed:
            return step
        check_again(place, change, before)
    raise AssertionError("never came through")


def check_again(place: Path, change: Callable[[Path], object], before: KeyFolder) -> None:
    """The change is made, or its target stands whole already; nothing of the old is left over."""
    made = {path.name for path in place.iterdir() if not path.name.startswith(".")}
    try:
        change(place)
    except (KeyFolderExists, keys.SplitError):
        assert len(made) > 1
        keys.destroy(place / "keys", ())  # any change sweeps
    check_usable(place / "keys", before)
    AuditLog(place / "keys" / AUDIT_FILE).record("test.after", "test", {})
    verify(place / "keys" / AUDIT_FILE)
    leftover = [path for path in (place / "keys").iterdir() if path.name.startswith(".")]
    assert leftover == []


def test_sealing(tmp_path: Path) -> None:
    def change(place: Path) -> None:
        keys.seal(place / "keys", CredentialCustody.of(CREDENTIAL), unlock=UNLOCK)

    assert each_step(tmp_path, change) > 20
    assert list((tmp_path / "step-1" / "keys").glob("*.key")) == []


def test_unsealing(tmp_path: Path) -> None:
    def change(place: Path) -> None:
        if keys.custody_name(place / "keys") != "plain":
            keys.unseal(place / "keys", unlock=UNLOCK)

    assert each_step(tmp_path, change, sealed=True) > 20


def test_splitting(tmp_path: Path) -> None:
    def change(place: Path) -> None:
        keys.split(SplitRequest(place / "keys", place / "a", place / "b", keep_whole=True))

    assert each_step(tmp_path, change) > 20


def test_splitting_and_destroying_the_whole(tmp_path: Path) -> None:
    """There is no point at which neither the whole nor both shares are there."""
    for step in range(1, 500):
        place = tmp_path / f"step-{step}"
        place.mkdir()
        whole_folder(place / "keys")
        request = SplitRequest(place / "keys", place / "a", place / "b")
        killed = killed_at(step, lambda request=request: keys.split(request))  # type: ignore[misc]  # bound now
        try:
            assert keys.open_folder(place / "keys").oprf("open").public
        except KeyDestroyed:
            raise AssertionError("only=None names held keys only") from None
        except keys.KeyNotOpened:
            for share in ("a", "b"):
                assert keys.open_folder(place / share).oprf("open").public
        if not killed:
            return
    raise AssertionError("never came through")


def test_rotating(tmp_path: Path) -> None:
    def change(place: Path) -> None:
        keys.rotate(place / "keys", place / "next", unlock=UNLOCK)
        keys.open_folder(place / "next", unlock=UNLOCK)

    assert each_step(tmp_path, change) > 10


@pytest.mark.parametrize("sealed", [False, True])
def test_destroying(tmp_path: Path, sealed: bool) -> None:
    """A key is whole or gone; nothing else is touched; nothing of it is left in the end."""
    for step in range(1, 500):
        place = tmp_path / f"step-{step}"
        place.mkdir()
        before = whole_folder(place / "keys", sealed=sealed)
        killed = killed_at(step, lambda place=place: keys.destroy(place / "keys", SPLIT))  # type: ignore[misc]  # bound now
        check_usable(place / "keys", before)
        keys.destroy(place / "keys", SPLIT)
        assert not list((place / "keys").rglob("oprf-open.key"))
        assert not list((place / "keys").rglob("oprf-code.key"))
        with pytest.raises(KeyDestroyed):
            keys.open_folder(place / "keys", only=SPLIT, unlock=UNLOCK)
        check_usable(place / "keys", before)
        if not killed:
            return
    raise AssertionError("never came through")


def test_making(tmp_path: Path) -> None:
    for step in range(1, 500):
        folder = tmp_path / f"step-{step}"
        killed = killed_at(step, lambda folder=folder: keys.create(folder, origin=ORIGIN))  # type: ignore[misc]  # bound now
        if folder.exists():
            keys.open_folder(folder)
        if not killed:
            return
    raise AssertionError("never came through")
