"""Whole builds: what they publish, what they count, and that nothing in them is random."""

import json
from pathlib import Path

import pytest

from breachdesk.ingest import BuildError, build
from breachdesk.keys import KeyFolder, open_folder
from breachdesk.release import Store, VKey, verify_store
from breachdesk.synth import Leak, write_answers, write_leak
from tests.factories.leaks import INCIDENT, KIM, LEE, Desk, Row, ask, people, tree

PHONE, NUMBER = "name+birth_date+phone", "name+customer_number"
OPEN_ITEMS = Path(__file__).parents[2] / "data" / "open-items.toml"


def test_people_in_the_leak_are_found_and_nobody_else(desk: Desk, keys: KeyFolder) -> None:
    report = build(desk.request(desk.source([KIM, LEE, *people(30)])))
    store = Store(desk.folder / "releases")
    (found,) = ask(keys, store, PHONE, "김 하나", "1989.1.2", "01012345678")
    assert (found.incident, found.items, found.records) == (3, 0b1_0000_0111, 1)
    (member,) = ask(keys, store, NUMBER, "이두리", "100000002")
    assert (member.items, member.first_day, member.records) == (0, 0, 0)
    assert ask(keys, store, NUMBER, "이두리", "100000001") == []
    assert (report.release, report.rows_read, report.subjects, report.checked) == (1, 32, 32, 80)
    assert store.incident_texts.read("leak") == INCIDENT
    assert verify_store(store.folder, VKey.parse(keys.public.log)).findings == []


def test_every_row_is_accounted_for(desk: Desk) -> None:
    rows: list[tuple[str, ...]] = [
        KIM,
        ("김하나", "890102-2234567", "", ""),
        (*LEE, "one cell too many"),
        ("박사라", "", "010-1111-2222", ""),
        ("최다섯", "910102-1234567", "12", ""),
        ("정여섯", "920102-1234567", "", "100000006"),
    ]
    report = build(desk.request(desk.source(rows)))
    assert (report.rows_read, report.rows_indexed) == (6, 3)
    assert report.rejected == {"shape": 1, "no-subject": 1, "no-lookup": 1}
    phone, number = report.lookups
    assert (phone.subjects, phone.entries) == (1, 1)
    assert phone.left_out == {"invalid:phone": 1, "missing:phone": 1}
    assert (number.subjects, number.left_out) == (2, {"missing:customer_number": 1})
    assert report.subjects == 3
    json.dumps(report.as_json())


def test_a_family_that_shares_an_input_is_shown_each(desk: Desk, keys: KeyFolder) -> None:
    twin: Row = (KIM[0], KIM[1][:-1] + "9", KIM[2], "100000009")
    build(desk.request(desk.source([KIM, twin, KIM])))
    found = ask(keys, Store(desk.folder / "releases"), PHONE, KIM[0], "19890102", KIM[2])
    assert sorted(payload.records for payload in found) == [1, 2]


def test_more_people_than_slots_publish_nothing(desk: Desk) -> None:
    rows = [(KIM[0], f"890102-223456{n}", KIM[2], f"{n}") for n in range(3)]
    with pytest.raises(BuildError) as caught:
        build(desk.request(desk.source(rows), max_slots=2))
    assert caught.value.kind == "slots"
    assert Store(desk.folder / "releases").current() is None


def test_a_release_is_the_same_bytes_whoever_builds_it(desk: Desk) -> None:
    rows = people(400)
    rows += [(name, rrn, "010-7777-7777", number) for name, rrn, _, number in rows[::7]]
    half = len(rows) // 2
    one, two = desk.source(rows[:half], "one.csv"), desk.source(rows[half:], "two.csv")
    build(desk.request(one, two, releases="first", workers=1))
    build(desk.request(two, one, releases="second", workers=3))
    first, second = tree(desk.folder / "first"), tree(desk.folder / "second")
    assert buckets(first) == buckets(second)
    assert len(buckets(first)) == 1


def buckets(files: dict[str, bytes]) -> dict[str, bytes]:
    """The order of the sources decides the manifest's `records.sources`, and no bucket."""
    return {name: data for name, data in files.items() if "/buckets/" in name}


def test_the_next_build_is_the_next_release(desk: Desk, keys: KeyFolder) -> None:
    build(desk.request(desk.source([KIM, *people(9)])))
    before = tree(desk.folder / "releases" / "releases" / "000001")
    report = build(desk.request(desk.source([KIM, LEE, *people(9)], "more.csv"), amend="replace"))
    store = Store(desk.folder / "releases")
    assert report.release == 2
    assert tree(desk.folder / "releases" / "releases" / "000001") == before
    assert ask(keys, store, NUMBER, LEE[0], LEE[3])
    assert verify_store(store.folder, VKey.parse(keys.public.log)).findings == []


def test_twenty_thousand_made_records_answer_as_they_should(desk: Desk) -> None:
    leak = Leak(20_000)
    write_leak(leak, desk.folder / "kt.csv", lambda _: None)
    write_answers(leak, desk.folder / "answers.jsonl", 60)
    (desk.folder / "incident.toml").write_text(OPEN_ITEMS.read_text("utf-8"), "utf-8")
    report = build(desk.request(desk.folder / "kt.csv", workers=2))
    assert report.rows_read == 20_000 == report.rows_indexed + sum(report.rejected.values())
    assert report.buckets > 1
    keys, store = open_folder(desk.folder / "keys"), Store(desk.folder / "releases")
    asked = 0
    for line in (desk.folder / "answers.jsonl").read_text("utf-8").splitlines():
        answer = json.loads(line)
        found = [
            payload
            for lookup in (PHONE, NUMBER)
            if all(answer["fields"].get(name) for name in lookup.split("+"))
            for payload in ask(
                keys, store, lookup, *(answer["fields"][name] for name in lookup.split("+"))
            )
        ]
        assert bool(found) == answer["included"]
        asked += 1
    assert asked >= 60
    assert verify_store(store.folder, VKey.parse(keys.public.log)).findings == []
