"""What later releases are made of: amendments, several incidents, and the end of both."""

import base64
import hashlib
import shutil
from dataclasses import replace

import pytest

from breachdesk.entry import Payload
from breachdesk.ingest import (
    BuildError,
    RetiredIncident,
    RetireError,
    RetireIncidentRequest,
    build,
    destroy_ledger,
    retire_incident,
    show_ledger,
)
from breachdesk.keys import AUDIT_FILE, KeyFolder, destroy, make_ledger_key, open_folder
from breachdesk.release import ReleaseError, Store, VKey, follow, verify_store
from tests.factories.leaks import INCIDENT, KIM, LEE, Desk, Row, ask, people, tree

PHONE, NUMBER = "name+birth_date+phone", "name+customer_number"
OTHER = (
    INCIDENT.replace('id = "leak"', 'id = "other"')
    .replace("number = 3", "number = 4")
    .replace("2013-02-01", "2011-01-01")
)


def published(desk: Desk, releases: str = "releases") -> dict[str, bytes]:
    return {
        name: data
        for name, data in tree(desk.folder / releases).items()
        if not name.startswith(".")
    }


def manifest_of(desk: Desk, releases: str = "releases"):  # type: ignore[no-untyped-def]
    current = Store(desk.folder / releases).current()
    assert current is not None
    return current.manifest


def learnt(desk: Desk, keys: KeyFolder, rows: list[Row], releases: str) -> list[list[Payload]]:
    """What a release tells about every row, by both lookups."""
    store = Store(desk.folder / releases)
    return [
        answer
        for name, rrn, phone, number in rows
        for answer in (
            ask(keys, store, PHONE, name, "19" + rrn[:6], phone),
            ask(keys, store, NUMBER, name, number),
        )
    ]


def add_other(desk: Desk) -> None:
    (desk.folder / "other.toml").write_text(OTHER, "utf-8")


def overlapping() -> tuple[list[Row], list[Row]]:
    """Earlier and later rows: the same people with the same and with new phones, and new people."""
    first = people(60)
    moved = [(name, rrn, "010-7777-7777", number) for name, rrn, _, number in first[:20:2]]
    return first + first[:5], moved + first[30:40] + people(30, start=60)


def test_adding_gives_what_one_build_of_all_files_gives(desk: Desk, keys: KeyFolder) -> None:
    first, second = overlapping()
    one, two = desk.source(first, "one.csv"), desk.source(second, "two.csv")
    build(desk.request(one, two, releases="joint"))
    earlier = build(desk.request(one))
    one.unlink()
    later = build(desk.request(two, amend="add"))
    assert (earlier.evaluations, later.evaluations) == (120, 100)
    together, amended = manifest_of(desk, "joint"), manifest_of(desk)
    (a,), (b,) = together.incidents, amended.incidents
    assert (a.subjects, a.lookups) == (b.subjects, b.lookups)
    assert (a.records.read, a.records.indexed) == (b.records.read, b.records.indexed) == (115, 115)
    assert [source.release for source in b.records.sources] == [1, 2]
    assert together.buckets.capacity == amended.buckets.capacity
    rows = [*first, *second]
    answers = learnt(desk, keys, rows, "releases")
    assert all(answers)
    assert answers == learnt(desk, keys, rows, "joint")
    (found,) = ask(keys, Store(desk.folder / "releases"), PHONE, *typed(first[0]))
    assert found.records == 3
    (change,) = amended.changes
    assert (change.incident, change.kind) == ("leak", "added")
    assert (change.records, change.subjects) == (50, 30)
    assert verify_store(desk.folder / "releases", VKey.parse(keys.public.log)).findings == []


def typed(row: Row) -> tuple[str, str, str]:
    return row[0], "19" + row[1][:6], row[2]


def test_an_amendment_is_the_same_bytes_with_any_number_of_workers(desk: Desk) -> None:
    first, second = overlapping()
    one, two = desk.source(first, "one.csv"), desk.source(second, "two.csv")
    for releases, workers in (("a", 1), ("b", 2)):
        build(desk.request(one, releases=releases, workers=workers))
        build(desk.request(two, releases=releases, workers=workers, amend="add"))
    assert published(desk, "a") == published(desk, "b")


def test_an_incident_in_the_ledger_takes_a_choice(desk: Desk) -> None:
    source = desk.source([KIM])
    with pytest.raises(BuildError, match="build from all files of the incident"):
        build(desk.request(source, amend="add"))
    build(desk.request(source))
    before, more = published(desk), desk.source([LEE], "more.csv")
    with pytest.raises(BuildError, match=r"--add.*--replace") as caught:
        build(desk.request(more))
    assert caught.value.kind == "amend"
    shutil.copy(source, desk.folder / "copy.csv")
    with pytest.raises(BuildError) as caught:
        build(desk.request(desk.folder / "copy.csv", more, amend="add"))
    assert caught.value.kind == "source-twice"
    other = INCIDENT.replace('[["rrn"], ["customer_number"]]', '[["rrn"]]')
    (desk.folder / "incident.toml").write_text(other, "utf-8")
    with pytest.raises(BuildError, match="subject columns"):
        build(desk.request(more, amend="add"))
    assert published(desk) == before
    assert not (desk.folder / "releases" / ".building").exists()


def test_a_correction_stands_in_place_of_what_it_corrects(desk: Desk, keys: KeyFolder) -> None:
    build(desk.request(desk.source([KIM, *people(5)])))
    build(desk.request(desk.source([LEE], "right.csv"), amend="replace"))
    store = Store(desk.folder / "releases")
    assert ask(keys, store, NUMBER, LEE[0], LEE[3])
    assert not ask(keys, store, NUMBER, KIM[0], KIM[3])
    (entry,) = show_ledger(desk.folder / "keys", desk.folder / "releases")
    assert (entry.incident, entry.release, entry.records, entry.people) == ("leak", 2, 1, 1)
    sets = desk.folder / "releases-ledger" / "epoch-1" / "sets"
    assert [path.name for path in sets.iterdir()] == [entry.id]
    assert [one.kind for one in manifest_of(desk).changes] == ["replaced"]


def test_one_question_answers_for_two_incidents(desk: Desk, keys: KeyFolder) -> None:
    add_other(desk)
    build(desk.request(desk.source([KIM, *people(5)])))
    build(desk.request(desk.source([KIM, LEE], "other.csv"), incident="other.toml"))
    store, manifest = Store(desk.folder / "releases"), manifest_of(desk)
    both = ask(keys, store, PHONE, *typed(KIM))
    assert [(one.incident, one.first_day < 15_000) for one in both] == [(3, False), (4, True)]
    assert [one.incident for one in ask(keys, store, PHONE, *typed(LEE))] == [4]
    assert [one.incident for one in ask(keys, store, NUMBER, *people(1)[0][::3])] == [3]
    assert [(one.id, one.subjects) for one in manifest.incidents] == [("leak", 6), ("other", 2)]
    assert [(one.incident, one.kind) for one in manifest.changes] == [("other", "first")]
    assert {one.incident for one in show_ledger(desk.folder / "keys", store.folder)} == {
        "leak",
        "other",
    }


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (
            (
                'reveals = "membership"',
                'reveals = "items"\noverride = "anyone-who-knows-these-details-learns-the-items"',
            ),
            "lookups",
        ),
        (("number = 4", "number = 3"), "amend"),
        (('id = "other"', 'id = "leak"'), "amend"),
    ],
)
def test_incidents_of_one_release_must_agree(
    desk: Desk, change: tuple[str, str], kind: str
) -> None:
    build(desk.request(desk.source([KIM])))
    before = published(desk)
    (desk.folder / "other.toml").write_text(OTHER.replace(*change), "utf-8")
    source = desk.source([LEE], "other.csv")
    with pytest.raises(BuildError) as caught:
        build(desk.request(source, incident="other.toml", amend=None))
    assert caught.value.kind == kind
    assert published(desk) == before


def test_without_a_ledger_all_files_are_needed(desk: Desk) -> None:
    request = replace(desk.request(desk.source([KIM])), keep_ledger=False)
    build(request)
    assert not (desk.folder / "releases-ledger").exists()
    assert not (desk.folder / "releases" / ".building").exists()
    add_other(desk)
    with pytest.raises(BuildError) as caught:
        build(desk.request(desk.source([LEE], "other.csv"), incident="other.toml"))
    assert caught.value.kind == "incident-dropped"
    with pytest.raises(BuildError, match="build from all files"):
        build(desk.request(desk.source([LEE], "more.csv"), amend="add"))
    assert build(desk.request(desk.source([KIM, LEE], "all.csv"))).release == 2


def test_a_ledger_holds_nothing_that_a_source_says(desk: Desk) -> None:
    rows = people(40)
    source = desk.source(rows)
    build(desk.request(source))
    said = [text for row in rows for cell in row for text in (cell, cell.replace("-", ""))]
    plain = {text.encode(e) for text in said for e in ("utf-8", "cp949", "utf-16-le")}
    whole = source.read_bytes()
    marks = {one for one in plain if len(one) >= 6}
    for name in ("md5", "sha1", "sha256"):
        for text in (*plain, whole):
            digest = hashlib.new(name, text).digest()
            marks |= {digest, digest.hex().encode(), base64.b64encode(digest)[:20]}
    files = tree(desk.folder / "releases-ledger")
    assert any(name.endswith("/set") for name in files)
    everything = b"\0".join((*files.values(), *(name.encode() for name in files)))
    assert not [mark for mark in marks if mark in everything]
    modes = {path.stat().st_mode & 0o077 for path in (desk.folder / "releases-ledger").rglob("*")}
    assert modes == {0}


def test_a_ledger_that_is_not_this_one_is_left_alone(desk: Desk) -> None:
    source = desk.source([KIM])
    build(desk.request(source))
    build(desk.request(desk.source([LEE], "lee.csv"), releases="others"))
    foreign = tree(desk.folder / "others-ledger")
    more = replace(desk.request(source, amend="replace"), ledger=desk.folder / "others-ledger")
    with pytest.raises(BuildError, match="another folder of releases"):
        build(more)
    assert tree(desk.folder / "others-ledger") == foreign
    with pytest.raises(BuildError, match="inside the folder of releases"):
        build(replace(more, ledger=desk.folder / "releases" / "ledger"))
    (desk.folder / "releases-ledger").chmod(0o755)
    with pytest.raises(BuildError, match="open to other users"):
        build(desk.request(source, amend="replace"))


def test_a_changed_part_is_found(desk: Desk) -> None:
    build(desk.request(desk.source(people(40))))
    before = published(desk)
    part = next((desk.folder / "releases-ledger").rglob("part-*"))
    data = bytearray(part.read_bytes())
    data[200] ^= 1
    part.write_bytes(data)
    with pytest.raises(BuildError) as caught:
        build(desk.request(desk.source([LEE], "more.csv"), amend="add"))
    assert caught.value.kind == "sealed-file"
    part.unlink()
    with pytest.raises(BuildError, match="is not whole"):
        build(desk.request(desk.folder / "more.csv", amend="add"))
    assert published(desk) == before


def retiring(desk: Desk, incident: str) -> RetireIncidentRequest:
    reason = {"ko": "끝났습니다.", "en": "It has ended."}
    return RetireIncidentRequest(
        incident,
        reason,
        desk.folder / "keys",
        desk.folder / "releases",
        workers=1,
        clock=lambda: 1_400_000_000.0,
    )


def test_a_retired_incident_is_left_out_of_the_next_release(desk: Desk, keys: KeyFolder) -> None:
    add_other(desk)
    build(desk.request(desk.source([KIM])))
    build(desk.request(desk.source([KIM, LEE], "other.csv"), incident="other.toml"))
    done = retire_incident(retiring(desk, "leak"))
    assert done == RetiredIncident("leak", 3, 4, ("other",), (1, 2))
    store = Store(desk.folder / "releases")
    assert [one.incident for one in ask(keys, store, PHONE, *typed(KIM))] == [4]
    (change,) = manifest_of(desk).changes
    assert (change.kind, change.records, change.subjects) == ("retired", 1, 1)
    assert [one.incident for one in show_ledger(desk.folder / "keys", store.folder)] == ["other"]
    assert verify_store(store.folder, VKey.parse(keys.public.log)).findings == []
    before = published(desk)
    assert retire_incident(retiring(desk, "leak")).dropped == ()
    with pytest.raises(RetireError, match="name one that it covers: other"):
        retire_incident(retiring(desk, "neither"))
    with pytest.raises(BuildError) as caught:
        build(desk.request(desk.source([KIM])))
    assert caught.value.kind == "retired"
    assert published(desk) == before


def test_the_last_incident_leaves_a_tombstone_alone(desk: Desk, keys: KeyFolder) -> None:
    build(desk.request(desk.source([KIM])))
    done = retire_incident(retiring(desk, "leak"))
    assert (done.tombstone, done.release, done.left, done.dropped) == (2, None, (), (1,))
    store = Store(desk.folder / "releases")
    log = VKey.parse(keys.public.log)
    with pytest.raises(ReleaseError) as caught:
        follow(store.read, log, [VKey.parse(keys.public.timestamp)], 1_400_000_000)
    assert caught.value.code == "retired"
    assert verify_store(store.folder, log).findings == []
    assert not list((desk.folder / "releases-ledger").rglob("part-*"))
    add_other(desk)
    assert build(desk.request(desk.source([LEE], "o.csv"), incident="other.toml")).release == 3


def test_a_retirement_that_stopped_after_its_tombstone_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_other(desk)
    build(desk.request(desk.source([KIM])))
    build(desk.request(desk.source([LEE], "other.csv"), incident="other.toml"))

    def stop(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("breachdesk.ingest._retire_incident.compose", stop)
        with pytest.raises(RetireError, match="it does what is left"):
            retire_incident(retiring(desk, "leak"))
    done = retire_incident(retiring(desk, "leak"))
    assert done == RetiredIncident("leak", 3, 4, ("other",), (1, 2))


def test_a_destroyed_ledger_ends_amendments(desk: Desk) -> None:
    build(desk.request(desk.source([KIM])))
    keys, releases = desk.folder / "keys", desk.folder / "releases"
    before = published(desk)
    assert destroy_ledger(keys, releases) > 0
    assert not (desk.folder / "releases-ledger" / "epoch-1").exists()
    assert "ledger.destroyed" in (keys / AUDIT_FILE).read_text("utf-8")
    assert destroy_ledger(keys, releases) == 0
    more = desk.source([LEE], "more.csv")
    with pytest.raises(BuildError, match=r"keys ledger DIR.*--no-ledger") as caught:
        build(desk.request(more, amend="add"))
    assert caught.value.kind == "ledger"
    assert published(desk) == before
    assert make_ledger_key(keys)
    assert not make_ledger_key(keys)
    assert open_folder(keys).ledger
    with pytest.raises(BuildError, match="build from all files"):
        build(desk.request(more, amend="add"))
    assert build(desk.request(desk.source([KIM, LEE], "all.csv"))).release == 2
    destroy(keys, ("ledger",))
