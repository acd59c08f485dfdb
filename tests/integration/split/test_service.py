"""People's questions through two evaluators, each a process of its own."""

import base64
import json
import os
import pwd
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psutil
import pytest

from breachdesk.client import Answer, Client, Transport, make_question
from breachdesk.ingest import build
from breachdesk.keys import builder_key, builder_vkey, open_folder
from breachdesk.voprf import BatchEvaluation, BlindedBatch, evaluate_batch
from breachdesk.wire import BUILDER_HEADER, BuilderStamp, HolderDocument, batch_message
from tests.factories.holders import (
    Split,
    make_split,
    run_command,
    running,
    running_evaluator,
)
from tests.factories.leaks import KIM, LEE, Desk, people
from tests.factories.ports import free_port

PATH = "/v1/evaluate-batch/open/1"
MODULE = "breachdesk."


@dataclass(frozen=True)
class World:
    """A published release of split keys, and the holder's address."""

    made: Split
    holder: str

    @property
    def releases(self) -> Path:
        return self.made.desk.folder / "releases"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_split(tmp_path_factory.mktemp("service"))
    build(replace(made.desk.request(made.desk.source([KIM, *people(50)])), clock=time.time))
    with running_evaluator(made.holder, "--builder", builder_vkey(made.builder)) as url:
        yield World(made, url)


def serving(world: World, port: int, *more: str | Path) -> list[str | Path]:
    return [
        "serve", "--releases", world.releases, "--keys", world.made.builder,
        "--port", str(port), *more,
    ]  # fmt: skip


def ask(port: int, name: str, birth: str, phone: str) -> Answer:
    typed = {"name": name, "birth_date": birth, "phone": phone}
    with Transport(wait=5) as transport:
        client = Client(f"http://127.0.0.1:{port}", transport)
        return client.check(make_question("name+birth_date+phone", typed))


def test_people_are_answered_by_both_and_one_that_is_down_is_named(world: World) -> None:
    port, other = free_port(), free_port()
    second, name = f"http://127.0.0.1:{other}", f"127.0.0.1:{other}"
    evaluator = ("evaluator", "--keys", world.made.holder, "--port", str(other))
    with (
        running(*evaluator, health=name) as holder,
        running(*serving(world, port, "--peer", second), health=f"127.0.0.1:{port}"),
    ):
        document = httpx.get(f"http://127.0.0.1:{port}/v1/service").json()
        listed = [one["url"] for one in document["evaluators"]["open"]]
        assert listed == [f"http://127.0.0.1:{port + 1}", second]
        policy = httpx.get(f"http://127.0.0.1:{port}/ko/").headers["content-security-policy"]
        assert second in policy
        assert ask(port, KIM[0], "19890102", KIM[2]).kind == "included"
        assert ask(port, LEE[0], "19750611", LEE[2]).kind == "not-found"
        holder.terminate()
        holder.wait(30)
        down = ask(port, KIM[0], "19890102", KIM[2])
        assert (down.kind, down.reason, down.evaluator) == ("unverifiable", "network", name)
        said = json.dumps(down.to_json(), ensure_ascii=False)
        assert down.to_json()["evaluator"] == name
        assert KIM[0] not in said
        assert KIM[2] not in said
    with running(*serving(world, port, "--peer", second), health=f"127.0.0.1:{port}"):
        down = ask(port, KIM[0], "19890102", KIM[2])
        assert (down.kind, down.reason, down.evaluator) == ("unverifiable", "network", name)
        with running(*evaluator, health=name):
            assert ask(port, KIM[0], "19890102", KIM[2]).kind == "included"


def test_a_holder_publishes_its_keys_and_nothing_else(world: World) -> None:
    answer = httpx.get(f"{world.holder}/v1/keys")
    found = HolderDocument.decode(answer.content)
    public = open_folder(world.made.holder, only=()).public
    assert found.keys["open"].public == public.oprf["open"].shares[1].public
    assert found.epoch == 1
    assert httpx.get(f"{world.holder}/v1/checkpoint").status_code == 404
    assert httpx.get(f"{world.holder}/v1/releases/000001/entry.json").status_code == 404
    assert httpx.get(f"{world.holder}/healthz").status_code == 200


def test_serve_refuses_holders_that_do_not_fit(world: World, tmp_path: Path) -> None:
    port = free_port()
    alone = run_command(*serving(world, port))
    assert (alone.returncode, "name the other holders" in alone.stderr) == (2, True)
    whole = run_command(
        "serve", "--releases", world.releases, "--keys", world.made.whole, "--port", str(port)
    )
    assert (whole.returncode, "name the folder with your share" in whole.stderr) == (2, True)
    with running_evaluator(make_split(tmp_path).holder) as stranger:
        other = run_command(*serving(world, port, "--peer", stranger))
    assert (other.returncode, "do not sum" in other.stderr) == (2, True)


def stamped(world: World, body: bytes, *, path: str = PATH, now: int | None = None) -> str:
    """The header of a batch, as the builder signs it."""
    keys = open_folder(world.made.builder, only=("builder",))
    holder = keys.public.oprf["open"].shares[1].public
    moment, nonce = int(time.time()) if now is None else now, os.urandom(16)
    signer = builder_key(keys.origin, keys.builder_seed)
    signature = signer.sign(batch_message(path, holder, moment, nonce, body))
    return BuilderStamp(moment, nonce, signature).encode()


def post(world: World, body: bytes, header: str | None, path: str = PATH) -> httpx.Response:
    headers = {"Content-Type": "application/octet-stream"}
    if header is not None:
        headers[BUILDER_HEADER] = header
    return httpx.post(world.holder + path, content=body, headers=headers)


def problem(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:breachdesk:problem:")


def test_a_batch_is_the_holders_part_of_the_whole(world: World) -> None:
    values = [f"value {number}".encode() for number in range(1024)]
    batch = BlindedBatch.of(values)
    body = b"".join(batch.elements)
    answer = post(world, body, stamped(world, body))
    assert (answer.status_code, len(answer.content)) == (200, 1024 * 32 + 64)
    own = open_folder(world.made.builder, only=("oprf-open",))
    found = BatchEvaluation.decode(answer.content, 1024)
    publics = [own.public.oprf["open"].shares[1].public]
    outputs = batch.finalize(own.oprf("open").secret, [found], publics)
    whole = open_folder(world.made.whole, only=("oprf-open",)).oprf("open").secret
    assert outputs == evaluate_batch(whole, values)


def test_batches_are_refused_without_the_builder_and_once_only(world: World) -> None:
    body = BlindedBatch.of([b"x"]).elements[0]
    good = stamped(world, body)
    assert post(world, body, good).status_code == 200
    changed = base64.b64decode(good)
    changed = changed[:-1] + bytes([changed[-1] ^ 1])
    refused = [
        post(world, body, good),  # sent before
        post(world, body, None),
        post(world, body, base64.b64encode(changed).decode()),
        post(world, BlindedBatch.of([b"z"]).elements[0], stamped(world, body)),
        post(world, body, stamped(world, body, now=int(time.time()) - 400)),
        post(world, body, stamped(world, body, path=PATH.replace("open", "code"))),
    ]
    assert {(one.status_code, problem(one)) for one in refused} == {(403, "not-the-builder")}
    for content, wanted in (
        (b"", "invalid-length"),
        (body[:-1], "invalid-length"),
        (bytes(32), "invalid-element"),
        (body * 1025, "too-large"),
    ):
        assert problem(post(world, content, stamped(world, content))) == wanted
    assert problem(post(world, body, good, PATH.replace("/1", "/2"))) == "not-found"


def test_a_sealed_folder_is_served_with_its_unlocking_file(tmp_path: Path) -> None:
    """The secret reaches the check process alone, by a handle."""
    made = make_split(tmp_path)
    secret = tmp_path / "credential"
    done = run_command(
        "keys", "seal", made.holder, "--to", "credential", "--credential-out", secret
    )
    assert done.returncode == 0, done.stderr
    log = tmp_path / "log"
    with running_evaluator(made.holder, "--unlock", secret, log=log) as url:
        assert httpx.get(f"{url}/v1/keys").status_code == 200
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o700)
    (folder / "breachdesk-unlock").write_text(secret.read_text())
    (folder / "breachdesk-unlock").chmod(0o400)
    with running_evaluator(made.holder, CREDENTIALS_DIRECTORY=str(folder)) as url:
        assert httpx.get(f"{url}/v1/keys").status_code == 200
    locked = run_command("evaluator", "--keys", made.holder, "--port", str(free_port()))
    assert (locked.returncode, "--unlock" in locked.stderr) == (2, True)


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """A folder that every user may enter; that of the tests is root's alone."""
    with tempfile.TemporaryDirectory(prefix="breachdesk-user-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def nobody_runs(*command: str | Path) -> bool:
    """Whether root is here, and another user may run this."""
    if os.geteuid() != 0:
        return False
    try:
        return subprocess.run(command, user="nobody", check=False).returncode == 0
    except OSError:
        return False


def system_python() -> str:
    """The distribution's interpreter, if it takes the packages of this one."""
    return f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def python_of_everybody(everybodys: Path) -> Path:
    """A Python with our packages that the user nobody may run; this one may be in root's home."""
    if nobody_runs(sys.executable, "-c", "import breachdesk"):
        return Path(sys.executable)
    if not nobody_runs(system_python(), "-c", "import venv"):
        pytest.skip("needs root, and a Python of this version that the user nobody may run")
    made = everybodys / "python"
    subprocess.run([system_python(), "-m", "venv", "--without-pip", made], check=True)
    packages = Path(sysconfig.get_path("platlib", vars={"base": made, "platbase": made}))
    ours = sysconfig.get_path("platlib")
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    python = made / "bin" / "python"
    if not nobody_runs(python, "-c", "import breachdesk.serving"):
        pytest.skip("needs a checkout that the user nobody may read")
    return python


def children_of(supervisor: int) -> set[tuple[str, str]]:
    """The modules that its processes run, and as which user."""
    children = psutil.Process(supervisor).children()
    return {(part, one.username()) for one in children for part in one.cmdline() if MODULE in part}


def test_processes_that_hold_keys_run_as_their_own_user(
    tmp_path: Path, everybodys: Path, python_of_everybody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", os.fspath(python_of_everybody))
    nobody = pwd.getpwnam("nobody")
    made = make_split(everybodys)
    for path in (made.holder, *made.holder.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    state = everybodys / "state"
    state.mkdir()
    os.chown(state, nobody.pw_uid, nobody.pw_gid)
    port = free_port()
    with running(
        "evaluator", "--keys", made.holder, "--port", str(port), "--user", "nobody",
        "--state", state, health=f"127.0.0.1:{port}", log=tmp_path / "log",
    ) as supervisor:  # fmt: skip
        assert children_of(supervisor.pid) == {("breachdesk.serving._check", "nobody")}
        assert httpx.get(f"http://127.0.0.1:{port}/v1/keys").status_code == 200


def test_serve_s_processes_that_hold_keys_run_as_their_own_user(
    tmp_path: Path, everybodys: Path, python_of_everybody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it: built, served, asked by somebody who is in the leak and by somebody who is not."""
    monkeypatch.setattr(sys, "executable", os.fspath(python_of_everybody))
    nobody = pwd.getpwnam("nobody")
    desk = Desk.make(everybodys)
    build(replace(desk.request(desk.source([KIM, *people(50)])), clock=time.time))
    keys, state, port = everybodys / "keys", everybodys / "state", free_port()
    state.mkdir()
    for path in (keys, *keys.rglob("*"), state):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    with running(
        "serve", "--releases", everybodys / "releases", "--keys", keys, "--port", str(port),
        "--state", state, "--evaluator-user", "nobody",
        health=f"127.0.0.1:{port}", log=tmp_path / "log",
    ) as supervisor:  # fmt: skip
        users = children_of(supervisor.pid)
        assert ("breachdesk.serving._check", "nobody") in users
        assert ("breachdesk.serving._signer", "nobody") in users
        assert ("breachdesk.serving._pages", "nobody") not in users
        assert ask(port, KIM[0], "19890102", KIM[2]).kind == "included"
        assert ask(port, LEE[0], "19750611", LEE[2]).kind == "not-found"


def test_another_user_needs_root_and_must_exist(world: World) -> None:
    keys = world.made.holder
    unknown = run_command("evaluator", "--keys", keys, "--port", "1", "--user", "no-such-user")
    assert (unknown.returncode, "there is no user of that name" in unknown.stderr) == (2, True)
