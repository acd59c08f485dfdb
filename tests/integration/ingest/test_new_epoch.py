"""After `keys rotate`: every incident under the new keys, in one release, or nothing."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from breachdesk.client import Answer, Client, Transport, make_question
from breachdesk.ingest import BuildError, BuildReport, BuildRequest, build, show_ledger
from breachdesk.keys import open_folder, rotate
from breachdesk.release import Store, VKey, verify_store
from tests.factories.holders import run_command, running
from tests.factories.leaks import INCIDENT, KIM, LEE, Desk, Row, ask, people, tree
from tests.factories.ports import free_port

PHONE, NUMBER = "name+birth_date+phone", "name+customer_number"
OTHER = INCIDENT.replace('id = "leak"', 'id = "other"').replace("number = 3", "number = 4")
REJECTED: Row = ("최셋", "없음", "없음", "없음")


@pytest.fixture
def rotated(desk: Desk) -> Desk:
    """Two incidents in release 1, and the keys of epoch 2 beside."""
    (desk.folder / "other.toml").write_text(OTHER, "utf-8")
    desk.source([KIM, *people(20), REJECTED])
    desk.source([KIM, LEE, REJECTED], "other.csv")
    build(first(desk, "leak"))
    build(first(desk, "other"))
    rotate(desk.folder / "keys", desk.folder / "keys-2")
    return desk


def first(desk: Desk, name: str) -> BuildRequest:
    incident = "incident.toml" if name == "leak" else f"{name}.toml"
    request = desk.request(desk.folder / f"{name}.csv", incident=incident)
    return replace(request, clock=time.time)


def again(desk: Desk, name: str, *, wait: bool = True) -> BuildRequest:
    return replace(first(desk, name), keys=desk.folder / "keys-2", wait=wait)


def published(desk: Desk) -> dict[str, bytes]:
    found = tree(desk.folder / "releases")
    return {name: data for name, data in found.items() if not name.startswith(".")}


def waiting_sets(desk: Desk) -> set[str]:
    sets = desk.folder / "releases-ledger" / "epoch-2" / "sets"
    return {path.name for path in sets.iterdir()}


def asked(port: int, row: Row) -> Answer:
    typed = {"name": row[0], "birth_date": "19" + row[1][:6], "phone": row[2]}
    with Transport(wait=5) as transport:
        client = Client(f"http://127.0.0.1:{port}", transport)
        return client.check(make_question(PHONE, typed))


def test_the_last_of_two_incidents_publishes_both(rotated: Desk) -> None:
    before = published(rotated)
    waiting = build(again(rotated, "other"))
    assert (waiting.release, waiting.release_id) == (None, None)
    assert (waiting.waits_for, waiting.changes) == (("leak",), ())
    assert published(rotated) == before
    (entry,) = show_ledger(rotated.folder / "keys-2", rotated.folder / "releases")
    assert (entry.incident, entry.waits, entry.records) == ("other", True, 2)
    done = build(again(rotated, "leak", wait=False))
    assert (done.release, done.waits_for) == (3, ())
    changes = {(one.incident, one.kind, one.records, one.subjects) for one in done.changes}
    assert changes == {("leak", "replaced", 21, 21), ("other", "replaced", 2, 2)}
    releases, keys = rotated.folder / "releases", open_folder(rotated.folder / "keys-2")
    current = Store(releases).current()
    assert current is not None
    assert (current.manifest.epoch, current.manifest.release_id.hex()) == (2, done.release_id)
    assert verify_store(releases, VKey.parse(keys.public.log)).findings == []
    held = show_ledger(rotated.folder / "keys-2", releases)
    assert {(one.incident, one.waits) for one in held} == {("leak", False), ("other", False)}
    assert waiting_sets(rotated) == {one.id for one in held}
    assert not (rotated.folder / "releases-ledger" / "epoch-2" / "waiting").exists()
    names = {path.name for path in (rotated.folder / "releases-rejects").iterdir()}
    assert names == {"000001.sealed", "000002.sealed", "000003-leak.sealed", "000003-other.sealed"}
    port = free_port()
    serve = ("serve", "--releases", releases, "--keys", rotated.folder / "keys-2")
    with running(*serve, "--port", str(port), health=f"127.0.0.1:{port}"):
        both = asked(port, KIM)
        assert both.kind == "included"
        assert {one.id for one in both.incidents} == {"leak", "other"}
        assert {one.id for one in asked(port, LEE).incidents} == {"other"}
        assert {one.id for one in asked(port, people(1)[0]).incidents} == {"leak"}
        assert asked(port, people(1, start=500)[0]).kind == "not-found"


def test_one_incident_alone_is_refused_and_says_what_to_do(rotated: Desk) -> None:
    before = published(rotated)
    for request in (
        again(rotated, "other", wait=False),
        replace(again(rotated, "other", wait=False), keep_ledger=False),
        replace(again(rotated, "other"), keep_ledger=False),
    ):
        with pytest.raises(
            BuildError, match=r"covers leak too.*epoch 2.*--wait.*: leak\."
        ) as found:
            build(request)
        assert found.value.kind == "incident-dropped"
    assert published(rotated) == before
    assert not waiting_sets(rotated)
    assert not (rotated.folder / "releases" / ".building").exists()


def test_one_incident_needs_no_waiting(desk: Desk) -> None:
    request = desk.request(desk.source([KIM]))
    build(replace(request, keep_ledger=False))
    rotate(desk.folder / "keys", desk.folder / "keys-2")
    done = build(replace(request, keys=desk.folder / "keys-2", wait=True))
    assert (done.release, done.waits_for) == (2, ())


def test_what_waits_takes_a_choice_and_can_be_replaced(rotated: Desk) -> None:
    build(again(rotated, "other"))
    (old,) = waiting_sets(rotated)
    with pytest.raises(BuildError, match=r"--add.*--replace"):
        build(again(rotated, "other"))
    rotated.source([LEE], "more.csv")
    more = replace(again(rotated, "other"), sources=(rotated.folder / "more.csv",))
    with pytest.raises(BuildError, match="is of an earlier epoch"):
        build(replace(more, amend="add"))
    assert waiting_sets(rotated) == {old}
    assert build(replace(more, amend="replace")).waits_for == ("leak",)
    assert len(waiting_sets(rotated) - {old}) == 1
    build(again(rotated, "leak"))
    keys, store = open_folder(rotated.folder / "keys-2"), Store(rotated.folder / "releases")
    assert [one.incident for one in ask(keys, store, NUMBER, KIM[0], KIM[3])] == [3]
    assert [one.incident for one in ask(keys, store, NUMBER, LEE[0], LEE[3])] == [4]


def test_what_waits_is_dropped_when_another_release_comes_before(rotated: Desk) -> None:
    """Rows were added meanwhile under the old keys: what waits lacks them."""
    build(again(rotated, "other"))
    rotated.source(people(3, start=300), "more.csv")
    old = replace(first(rotated, "other"), sources=(rotated.folder / "more.csv",), amend="add")
    build(old)
    with pytest.raises(BuildError, match="covers other too"):
        build(again(rotated, "leak", wait=False))
    assert build(again(rotated, "leak")).waits_for == ("other",)
    assert len(waiting_sets(rotated)) == 1


def test_a_build_that_was_killed_once_it_waits_has_done_its_work(
    rotated: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("breachdesk.ingest._interrupted.Work.finish", killed)
        with pytest.raises(KeyboardInterrupt):
            build(again(rotated, "other"))
    done: BuildReport = build(again(rotated, "other"))
    assert (done.waits_for, done.rows_indexed) == (("leak",), 2)
    assert not (rotated.folder / "releases" / ".building").exists()
    assert build(again(rotated, "leak")).release == 3


def test_text_of_pages_comes_with_the_release(rotated: Desk) -> None:
    text = OTHER.replace("It was leaked.", "It was leaked twice.")
    (rotated.folder / "other.toml").write_text(text, "utf-8")
    texts = Store(rotated.folder / "releases").incident_texts
    build(again(rotated, "other"))
    assert texts.read("other") == OTHER
    build(again(rotated, "leak"))
    assert texts.read("other") == text


def test_the_command_says_what_is_still_to_be_built(rotated: Desk) -> None:
    folder: Path = rotated.folder
    said = run_command(
        *("build", "--incident", folder / "other.toml", "--source", folder / "other.csv"),
        *("--keys", folder / "keys-2", "--releases", folder / "releases", "--wait"),
    )
    assert "still to be built with --wait and these keys: leak." in said.stdout


def test_the_end_of_the_old_epoch_takes_its_ledger_along(desk: Desk) -> None:
    request = replace(desk.request(desk.source([KIM])), clock=time.time)
    build(request)
    rotate(desk.folder / "keys", desk.folder / "keys-2")
    build(replace(request, keys=desk.folder / "keys-2"))
    old, new = (desk.folder / "releases-ledger" / f"epoch-{number}" for number in (1, 2))
    assert list(old.rglob("part-*"))
    destroy = ("keys", "destroy", desk.folder / "keys", "--yes", "--releases", request.releases)
    said = run_command(*destroy)
    assert said.returncode == 0, said.stderr
    assert "The ledger of that epoch is removed, " in said.stdout
    assert not old.exists()
    (entry,) = show_ledger(desk.folder / "keys-2", request.releases)
    assert list(new.rglob("part-*"))
    assert entry.files == ("leak.csv",)
    assert "ledger.destroyed" in (desk.folder / "keys" / "audit.jsonl").read_text("utf-8")
    assert "No ledger of that epoch is there" in run_command(*destroy).stdout
