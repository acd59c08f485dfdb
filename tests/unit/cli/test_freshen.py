"""`breachdesk freshen`."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from breachdesk.cli._freshen import register
from breachdesk.keys import create
from breachdesk.release import Store, VKey, verify_store
from tests.factories.releases import ORIGIN, PUBLISHED, Service, build_release, publish_release


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


def test_freshen_makes_an_old_release_fresh(tmp_path: Path) -> None:
    keys = create(tmp_path / "keys", origin=ORIGIN)
    store = Store(tmp_path / "releases")
    build = build_release(1)
    with store.lock(), store.stage() as stage:
        for index, data in enumerate(build.buckets):
            stage.write_bucket(index, data)
        stage.publish(build.entry, keys.log, keys.timestamp, PUBLISHED)
    for name in ("log", "release", "oprf-open"):
        (tmp_path / "keys" / f"{name}.key").unlink()
    code, out = run(str(store.folder), "--keys", str(tmp_path / "keys"), "--json")
    assert code == 0
    said = json.loads(out)
    assert (said["origin"], said["size"]) == (ORIGIN, 1)
    report = verify_store(
        store.folder,
        VKey.parse(keys.public.log),
        now=said["time"],
        timestamps=[VKey.parse(keys.public.timestamp)],
    )
    assert report.ok
    assert report.time == said["time"]


def test_keys_of_another_log_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "releases")
    publish_release(store, Service())
    create(tmp_path / "keys", origin="another.example.org")
    code, out = run(str(store.folder), "--keys", str(tmp_path / "keys"))
    assert code == 2
    assert "not those of this log" in out


def test_missing_folders_are_told(tmp_path: Path) -> None:
    code, out = run(str(tmp_path / "releases"), "--keys", str(tmp_path / "keys"))
    assert code == 2
    assert "key folder" in out
