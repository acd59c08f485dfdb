"""Builds with code lookups: whom they find with which channel, and what they seal and count."""

import json
from pathlib import Path

import pytest

from breachdesk.entry import claim_token
from breachdesk.identifiers import channel_address, letter_ids
from breachdesk.incident import bitmap
from breachdesk.ingest import BuildError, IngestError, build
from breachdesk.ingest import _workers as workers_module
from breachdesk.ingest._evaluators import LocalEvaluators
from breachdesk.keys import KeyFolder, KeyMissing, open_folder
from breachdesk.release import Store, VKey, verify_store
from breachdesk.synth import Leak, write_answers, write_leak
from breachdesk.voprf import generate_key_pair
from tests.factories.leaks import (
    CODE_HEADER,
    CODE_INCIDENT,
    CODE_LOOKUP,
    Desk,
    ask,
    people,
    token,
    tree,
)

EXAMPLE = Path(__file__).parents[3] / "examples" / "kt-2014" / "incident.toml"
ITEMS = 0b1_0000_1111
KIM = ("김하나", "890102-2234567", "010-1234-5678", "kim@example.com", "100000001")
LEE = ("이두리", "750611-1234567", "", "Lee@Example.com", "100000002")
HAN = ("한세찌", "800101-1234567", "", "", "100000003")
KIM_PHONE, KIM_MAIL = b"+821012345678", b"kim@example.com"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path, CODE_INCIDENT)


@pytest.fixture
def keys(desk: Desk) -> KeyFolder:
    return open_folder(desk.folder / "keys")


def with_mail(count: int) -> list[tuple[str, ...]]:
    return [(*row[:3], f"user{n}@example.com", row[3]) for n, row in enumerate(people(count))]


def test_the_channel_on_file_opens_the_entry(desk: Desk, keys: KeyFolder) -> None:
    report = build(desk.request(desk.source([KIM, LEE, HAN], header=CODE_HEADER)))
    store = Store(desk.folder / "releases")

    def found(name: str, born: str, channel: str, address: bytes) -> list[int]:
        answer = ask(keys, store, CODE_LOOKUP, name, born, token=token(keys, channel, address))
        return [one.items for one in answer]

    assert found("김하나", "1989-01-02", "phone", KIM_PHONE) == [ITEMS]
    assert found("김하나", "1989-01-02", "email", KIM_MAIL) == [ITEMS]
    assert found("이두리", "1975-06-11", "email", b"lee@example.com") == [ITEMS & ~4]
    # Another's channel, another channel of the address, another person of the address: nothing.
    assert found("이두리", "1975-06-11", "phone", KIM_PHONE) == []
    assert found("김하나", "1989-01-02", "email", KIM_PHONE) == []
    assert found("김하나", "1989-01-03", "phone", KIM_PHONE) == []
    assert (report.subjects, report.lookups[0].subjects, report.lookups[0].entries) == (3, 3, 6)
    assert report.lookups[0].left_out == {}
    assert report.token_evaluations == 6
    assert report.evaluations == 6 + 6 + 3
    assert verify_store(store.folder, VKey.parse(keys.public.log)).findings == []


def test_letters_find_everybody_and_seal_the_ids(desk: Desk, keys: KeyFolder) -> None:
    build(desk.request(desk.source([KIM, HAN, KIM], header=CODE_HEADER)))
    store = Store(desk.folder / "releases")
    by_phone = ask(
        keys, store, CODE_LOOKUP, "김하나", "19890102", token=token(keys, "phone", KIM_PHONE)
    )
    (subject,) = [one.subject_id for one in by_phone]
    assert by_phone[0].claim_token == claim_token(keys.claim, 3, subject)
    assert by_phone[0].records == 2
    (letter,) = letter_ids(keys.letter, 3, [subject])
    by_letter = ask(
        keys, store, CODE_LOOKUP, "김하나", "19890102", token=token(keys, "letter", letter)
    )
    assert by_letter == by_phone
    (member,) = ask(keys, store, "name+customer_number", "김하나", "100000001")
    assert (member.subject_id, member.claim_token, member.items) == (bytes(12), bytes(12), 0)


def test_the_manifest_lists_channels_and_three_keys(desk: Desk, keys: KeyFolder) -> None:
    build(desk.request(desk.source([KIM], header=CODE_HEADER)))
    current = Store(desk.folder / "releases").current()
    assert current is not None
    manifest = current.manifest
    assert {kind: one.public for kind, one in manifest.keys.items()} == {
        kind: keys.oprf(kind).public for kind in ("open", "code", "channel")
    }
    coded = manifest.lookup(CODE_LOOKUP)
    assert coded is not None
    assert coded.channels == ("phone", "email", "letter")


def test_rows_without_any_channel_are_left_out(desk: Desk) -> None:
    text = CODE_INCIDENT.replace('["phone", "email", "letter"]', '["phone", "email"]')
    (desk.folder / "incident.toml").write_text(text, "utf-8")
    broken = (*HAN[:2], "12", *HAN[3:])
    second = ("한세찌", "", "", "", "100000004")
    report = build(desk.request(desk.source([KIM, LEE, HAN, broken, second], header=CODE_HEADER)))
    coded, number = report.lookups
    assert coded.left_out == {
        "missing:channel_token": 1,
        "invalid:channel_token": 1,
        "missing:birth_date": 1,
    }
    assert (coded.subjects, coded.entries, number.subjects) == (2, 3, 4)
    assert (report.rows_read, report.rows_indexed) == (5, 5)
    assert report.token_evaluations == 3


def test_a_source_without_any_channel_is_refused(desk: Desk) -> None:
    text = CODE_INCIDENT.replace('["phone", "email", "letter"]', '["phone", "email"]')
    (desk.folder / "incident.toml").write_text(text, "utf-8")
    header = (CODE_HEADER[0], CODE_HEADER[1], CODE_HEADER[4])
    with pytest.raises(IngestError, match="No column holds phone or email"):
        build(desk.request(desk.source([(KIM[0], KIM[1], KIM[4])], header=header)))


def test_the_same_bytes_with_any_number_of_workers(desk: Desk) -> None:
    rows = with_mail(300)
    rows += [(row[0], row[1], "010-7777-7777", row[3], row[4]) for row in rows[::7]]
    half = len(rows) // 2
    one = desk.source(rows[:half], "one.csv", CODE_HEADER)
    two = desk.source(rows[half:], "two.csv", CODE_HEADER)
    build(desk.request(one, two, releases="first", workers=1))
    build(desk.request(one, two, releases="second", workers=3))
    assert tree(desk.folder / "first") == tree(desk.folder / "second")


def test_each_channel_is_asked_before_publishing(desk: Desk) -> None:
    report = build(desk.request(desk.source(with_mail(60), header=CODE_HEADER)))
    # 20 of each channel and of the open lookup, 20 of nobody for each lookup, 20 without channel.
    assert report.checked == 3 * 20 + 20 + 2 * 20 + 20


@pytest.mark.parametrize("kind", ["code", "channel"])
def test_workers_with_a_wrong_key_are_found_out(
    desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = workers_module.Setting

    def wrong(**values: object) -> workers_module.Setting:
        held = values["evaluators"]
        assert isinstance(held, LocalEvaluators)
        other = LocalEvaluators({**held.secrets, kind: generate_key_pair().secret})
        return real(**values | {"evaluators": other})  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr("breachdesk.ingest._plan.Setting", wrong)
    with pytest.raises(BuildError) as caught:
        build(desk.request(desk.source([KIM], header=CODE_HEADER)))
    assert caught.value.kind == "self-check"
    assert Store(desk.folder / "releases").current() is None


def test_the_keys_of_codes_are_needed(desk: Desk) -> None:
    (desk.folder / "keys" / "letter.key").unlink()
    with pytest.raises(KeyMissing, match="letter"):
        build(desk.request(desk.source([KIM], header=CODE_HEADER)))


def test_the_made_leak_of_kt_answers_by_code(desk: Desk) -> None:
    leak = Leak(20_000)
    write_leak(leak, desk.folder / "kt.csv", lambda _: None)
    write_answers(leak, desk.folder / "answers.jsonl", 80)
    (desk.folder / "incident.toml").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    report = build(desk.request(desk.folder / "kt.csv", workers=2))
    assert report.rows_read == 20_000 == report.rows_indexed + sum(report.rejected.values())
    keys, store = open_folder(desk.folder / "keys"), Store(desk.folder / "releases")
    asked = {"phone": 0, "email": 0}
    for line in (desk.folder / "answers.jsonl").read_text("utf-8").splitlines():
        answer = json.loads(line)
        typed = answer["fields"]
        for channel in asked:
            if not {"name", "birth_date", channel} <= typed.keys():
                continue
            address = channel_address(channel, typed[channel])
            found = ask(
                keys,
                store,
                CODE_LOOKUP,
                typed["name"],
                typed["birth_date"],
                token=token(keys, channel, address),
            )
            if answer["included"]:
                assert bitmap(answer["items"]) in [one.items for one in found]
            else:
                assert not found
            asked[channel] += 1
    assert min(asked.values()) >= 30
    assert verify_store(store.folder, VKey.parse(keys.public.log)).findings == []
