"""`breachdesk witness`, `mirror` and `buckets` as people run them."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from breachdesk.release import TIMESTAMP_TYPE, Store, VKey, cosigned_at, verify_store
from tests.factories.ports import free_port
from tests.factories.releases import PUBLISHED, FixedSigner, Service, build_release, publish_release
from tests.factories.served import make_service
from tests.factories.static_host import Answer, StaticHost, static_host
from tests.factories.witnessing import (
    LOG,
    WITNESS,
    command,
    files_of,
    leaves_of,
    running,
)

SERVICE = Service()


def breachdesk(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command(*words), capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def host() -> Iterator[StaticHost]:
    with static_host() as running_host:
        yield running_host


def look(folder: Path, host: StaticHost, *more: str) -> "subprocess.CompletedProcess[str]":
    words = ("--log", LOG.vkey.text, "--follow", host.url, "--once", "--json")
    return breachdesk("witness", "run", folder, *words, *more)


def test_the_life_of_a_witness_under_cron(tmp_path: Path, host: StaticHost) -> None:
    folder = tmp_path / "w"
    made = json.loads(breachdesk("witness", "new", folder, "--name", WITNESS, "--json").stdout)
    assert VKey.parse(made["vkey"]).name == WITNESS
    for size in (2, 5):
        host.files = files_of(leaves_of(size))
        found = look(folder, host)
        assert (found.returncode, json.loads(found.stdout)["outcome"]) == (0, "cosigned")
    status = breachdesk("witness", "status", folder, "--json")
    (log,) = json.loads(status.stdout)["logs"]
    assert (status.returncode, log["size"], log["alarm"]) == (0, 5, None)
    assert abs(log["cosigned_at"] - time.time()) < 600

    host.files = files_of(leaves_of(6, 4))
    hook = f"{host.url}/hook"
    found = look(folder, host, "--webhook", hook)
    assert (found.returncode, json.loads(found.stdout)["outcome"]) == (3, "alarm")
    assert "fork" in found.stderr
    assert "hook" not in found.stderr
    assert json.loads(host.posted[0])["kind"] == "fork"
    host.files = files_of(leaves_of(6))
    assert look(folder, host).returncode == 3
    status = breachdesk("witness", "status", folder)
    assert (status.returncode, "ALARM (fork)" in status.stdout) == (3, True)
    evidence = Path(
        json.loads(breachdesk("witness", "status", folder, "--json").stdout)["logs"][0]["evidence"]
    )
    assert sorted(one.name for one in evidence.iterdir()) == [
        "alarm.json", "kept", "seen", "seen-leaves", "told",
    ]  # fmt: skip
    evidence.rename(tmp_path / "evidence")
    found = look(folder, host)
    assert (found.returncode, json.loads(found.stdout)["size"]) == (0, 6)


def test_wrong_words_are_one_line(tmp_path: Path, host: StaticHost) -> None:
    folder = tmp_path / "w"
    log = ("--log", LOG.vkey.text, "--follow", host.url)
    rows = [
        (("witness", "new", folder, "--name", "a b"), "name:"),
        (("witness", "run", folder, *log), "is not there"),
        (("witness", "run", folder, *log, "--webhook", "x"), "--webhook"),
        (("witness", "run", folder, *log, "--listen", "8100"), "--listen"),
        (("witness", "run", folder, *log, "--listen", "h:1", "--once"), "--once"),
        (("witness", "run", folder, "--log", "x", "--follow", host.url), "--log"),
        (("witness", "run", folder, "--log", SERVICE.witness.vkey.text, *log[2:]), "--log"),
        (("witness", "status", folder), "is not there"),
        (("mirror", "x", folder), "URL"),
        (("mirror", host.url, folder, "--timestamp", "x"), "--timestamp"),
        (("buckets", "--releases", folder), "--releases"),
    ]
    for words, said in rows:
        found = breachdesk(*words)
        assert (found.returncode, said in found.stderr) == (2, True), (words, found.stderr)
        assert "Traceback" not in found.stderr
    assert not folder.exists()


def test_a_mirror_killed_half_way_goes_on_where_it_was(tmp_path: Path, host: StaticHost) -> None:
    source = Store(tmp_path / "source")
    with source.lock(), source.stage() as stage:
        build = build_release(1, count=256)
        for index, data in enumerate(build.buckets):
            stage.write_bucket(index, data)
        stage.publish(build.entry, SERVICE.log, SERVICE.timestamp, PUBLISHED)
    host.folder = source.folder
    half = threading.Event()

    def stall(name: str, found: Answer) -> Answer:
        if name.endswith("buckets/000000a0"):
            half.set()
            time.sleep(20)
        return found

    host.tamper = stall
    words = command("mirror", host.url, tmp_path / "copy", "--log", LOG.vkey.text, "--once")
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    assert half.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert not (tmp_path / "copy/checkpoint").exists()
    kept = len(list((tmp_path / "copy/.mirror/000001/buckets").iterdir()))
    assert kept >= 128
    host.tamper = None
    host.asked.clear()
    done = breachdesk(*words[3:], "--json")
    assert done.returncode == 0, done.stderr
    fetched = [name for name in host.asked if "/buckets/" in name]
    assert json.loads(done.stdout)["buckets"] == len(fetched) == 256 - kept
    report = verify_store(tmp_path / "copy", LOG.vkey, timestamps=(SERVICE.timestamp.vkey,))
    assert (report.findings, report.buckets) == ([], 256)


def test_a_copy_is_served_without_any_key_and_mirrored_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "source")
    publish_release(store, SERVICE)
    first, second = free_port(), free_port()
    served = f"http://127.0.0.1:{first}"
    copied = f"http://127.0.0.1:{second}"
    follow = ("--log", LOG.vkey.text, "--every", "1")
    with (
        running(
            "buckets", "--releases", store.folder, "--port", str(first), health=f"{served}/healthz"
        ),
        running("mirror", served, tmp_path / "copy", *follow),
    ):
        wait_until((tmp_path / "copy/checkpoint").exists)
        with running(
            "buckets",
            "--releases",
            tmp_path / "copy",
            "--port",
            str(second),
            health=f"{copied}/healthz",
        ):
            publish_release(store, SERVICE, PUBLISHED + 1)
            wait_until(
                lambda: httpx.get(f"{copied}/v1/checkpoint").content == store.read("checkpoint")
            )
            path = "/v1/releases/000002/buckets/00000003"
            one, other = (httpx.get(url + path) for url in (served, copied))
            assert one.content == other.content == store.read(path.removeprefix("/v1/"))
            assert other.headers["access-control-allow-origin"] == "*"
            assert "immutable" in other.headers["cache-control"]
            for asked in ("/v1/evaluate/open/1", "/v1/releases/000001/.mirror", "/.mirror/keys"):
                assert httpx.post(copied + asked, content=bytes(32)).status_code in (404, 405)
                assert httpx.get(copied + asked).status_code == 404


def test_a_mirror_refuses_a_forked_log_and_ends(tmp_path: Path, host: StaticHost) -> None:
    store = Store(tmp_path / "source")
    publish_release(store, SERVICE)
    host.folder = store.folder
    words = ("mirror", host.url, tmp_path / "copy", "--log", LOG.vkey.text)
    assert breachdesk(*words, "--once").returncode == 0
    before = (tmp_path / "copy/checkpoint").read_bytes()
    host.folder = None
    host.files = files_of(leaves_of(2, 0))
    found = breachdesk(*words)
    assert (found.returncode, "fork" in found.stderr) == (3, True)
    assert (tmp_path / "copy/checkpoint").read_bytes() == before


def wait_until(what: Callable[[], object], seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up, "it did not come to pass"
        time.sleep(0.05)


def test_the_signer_brings_checkpoints_to_two_witnesses_of_which_one_is_down(
    tmp_path: Path,
) -> None:
    """Real processes: buckets, a witness that follows them, and the signer of `serve`."""
    made = make_service(tmp_path)
    folder = tmp_path / "w"
    vkey = json.loads(breachdesk("witness", "new", folder, "--name", WITNESS, "--json").stdout)[
        "vkey"
    ]
    first, second = free_port(), free_port()
    buckets, url = f"http://127.0.0.1:{first}", f"http://127.0.0.1:{second}"
    stranger = FixedSigner("down.example.net", "down", TIMESTAMP_TYPE)
    down = f"http://127.0.0.1:{free_port()} {stranger.vkey.text}"
    key, log = VKey.parse(vkey), made.opened.public.log
    note = made.releases / "checkpoint"
    signer = {
        **os.environ,
        "BREACHDESK_SIGNER_RELEASES": str(made.releases),
        "BREACHDESK_SIGNER_KEYS": str(made.keys),
        "BREACHDESK_SIGNER_WITNESSES": json.dumps([f"{url}/ {vkey}", down]),
    }
    output = tmp_path / "signer.log"
    with (
        running(
            "buckets", "--releases", made.releases, "--port", str(first),
            health=f"{buckets}/healthz",
        ),
        running(
            "witness", "run", folder, "--log", log, "--follow", buckets,
            "--listen", f"127.0.0.1:{second}", health=f"{url}/healthz",
        ),
        output.open("wb") as out,
    ):  # fmt: skip
        process = subprocess.Popen(
            [*command()[:1], "-m", "breachdesk.serving._signer"], env=signer, stderr=out
        )
        try:
            for size in (1, 2, 3):
                wait_until(lambda: cosigned_at(note.read_bytes(), key) is not None)
                stamp = VKey.parse(made.opened.public.timestamp)
                assert cosigned_at(note.read_bytes(), stamp) is not None
                assert Store(made.releases).size == size
                if size < 3:
                    made.publish()
        finally:
            process.terminate()
            process.wait(20)
        found = breachdesk(
            "freshen", made.releases, "--keys", made.keys, "--witness", f"{url} {vkey}",
            "--witness", down, "--json",
        )  # fmt: skip
    assert "does not answer" in output.read_text()
    assert WITNESS not in output.read_text()
    assert found.returncode == 3
    up, other = json.loads(found.stdout)["witnesses"]
    assert (up["witness"], up["error"]) == (WITNESS, None)
    assert other["time"] is None
    names = [one.partition(" ")[0] for one in note.read_text().split("\n\u2014 ")[1:]]
    assert sorted(names) == sorted([log.partition("+")[0], made.opened.timestamp.name, WITNESS])
