"""Processes that run as another user, with nothing of root's, and what they inherit."""

import json
import os
import pwd
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from breachdesk.keys import UNLOCK_HANDLE, CredentialCustody, Unlock, create, new_credential, seal
from breachdesk.serving import ServeError
from breachdesk.serving._children import Child, Program
from breachdesk.serving._unlock import unlock_handle
from breachdesk.serving._users import run_as
from breachdesk.serving.errors import NotAllowed

SYSTEM_PYTHON = "/usr/bin/python3"
MODULE = """
import json, os
handle = int(os.environ["BREACHDESK_UNLOCK_HANDLE"])
said = {
    "uid": os.getuid(), "euid": os.geteuid(), "gid": os.getgid(), "groups": os.getgroups(),
    "secret": os.pread(handle, 100, 0).decode(),
    "environment": dict(os.environ),
}
print(json.dumps(said), file=open(os.environ["OUT"], "w"), flush=True)
"""

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not Path(SYSTEM_PYTHON).exists(),
    reason="only root can run processes as another user, here with the system's Python",
)


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """A folder that every user may enter; that of the tests is root's alone."""
    with tempfile.TemporaryDirectory(prefix="breachdesk-users-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_no_user_asked_for() -> None:
    assert run_as(None, "--evaluator-user") is None


def test_a_user_must_exist_and_not_be_root() -> None:
    with pytest.raises(ServeError, match=r"--evaluator-user: there is no user.*useradd"):
        run_as("no-such-user", "--evaluator-user")
    root = pwd.getpwuid(0).pw_name
    with pytest.raises(ServeError, match=r"--user: (name a user other than root|only root can)"):
        run_as(root, "--user")


def test_only_root_runs_as_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(ServeError, match="only root can run processes as another user"):
        run_as("nobody", "--user")


@needs_root
def test_a_child_is_that_user_with_no_other_group_and_reads_the_handle(
    tmp_path: Path, everybodys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    (everybodys / "said.py").write_text(MODULE)
    (everybodys / "said.py").chmod(0o644)
    out = everybodys / "out"
    out.touch()
    os.chown(out, nobody.pw_uid, nobody.pw_gid)
    monkeypatch.setattr(sys, "executable", SYSTEM_PYTHON)
    monkeypatch.setenv("PYTHONPATH", str(everybodys))
    keys, credential = tmp_path / "keys", new_credential()
    create(keys, origin="breachdesk.invalid/test")
    seal(keys, CredentialCustody.of(credential))
    secret = tmp_path / "credential"
    secret.write_text(credential)
    secret.chmod(0o400)
    with unlock_handle(keys, Unlock(secret)) as handle:
        assert handle is not None
        environment = {"OUT": str(out), UNLOCK_HANDLE: str(handle)}
        for _ in range(2):  # as after a death: the handle is read again
            out.write_text("")
            child = Child(
                Program("check", "said", environment, (handle,), run_as("nobody", "--user"))
            )
            child.start()
            child.end(time.monotonic() + 20)
            said = json.loads(out.read_text())
            assert (said["uid"], said["euid"], said["gid"]) == (nobody.pw_uid,) * 2 + (
                nobody.pw_gid,
            )
            assert set(said["groups"]) <= {nobody.pw_gid}
            assert said["secret"] == credential
            assert credential not in json.dumps(said["environment"])


def test_of_the_operator_s_variables_a_child_inherits_which_code_multiplies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "said.py").write_text(
        'import os; open(os.environ["OUT"], "w").write(repr(sorted(os.environ)))'
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("BREACHDESK_KERNEL", "libsodium")
    monkeypatch.setenv("BREACHDESK_UNLOCK", "a secret")
    child = Child(Program("check", "said", {"OUT": str(tmp_path / "out")}))
    child.start()
    deadline = time.monotonic() + 20
    while child.exit_code() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    said = (tmp_path / "out").read_text()
    assert "'BREACHDESK_KERNEL'" in said
    assert "'BREACHDESK_UNLOCK'" not in said


@needs_root
def test_a_python_that_the_user_may_not_run_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / "python").symlink_to(SYSTEM_PYTHON)
    monkeypatch.setattr(sys, "executable", str(hidden / "python"))
    child = Child(Program("check", "said", {}, (), run_as("nobody", "--user")))
    with pytest.raises(NotAllowed, match="the user nobody may not run this Python"):
        child.start()


def test_a_plain_folder_has_no_handle(tmp_path: Path) -> None:
    create(tmp_path / "keys", origin="breachdesk.invalid/test")
    with unlock_handle(tmp_path / "keys", None) as handle:
        assert handle is None
