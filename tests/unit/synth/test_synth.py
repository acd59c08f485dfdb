"""Made leaks: the same by seed, in KT's shape, and with answers that are true of the file."""

import csv
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from breachdesk.identifiers import InvalidField, birth_date_from_rrn, canonical
from breachdesk.incident import item_of_header
from breachdesk.synth import PROFILES, Leak, SynthError, write_answers, write_leak

RECORDS = 30_000
# Prefix, then an exchange that begins with 0 or 1: Korea assigns none.
UNASSIGNED = re.compile(rb"\+82(1[016789]|2|[3-6][1-5])[01][0-9]{6,7}")
READ = ("name", "rrn", "phone", "email", "customer_number", "bank_account", "card_number")
LEAK = Leak(RECORDS, encoding="cp949", seed=7)


def ignore(_rows: int) -> None:
    """Take no interest in progress."""


@dataclass(slots=True)
class Subject:
    """One person as the build's rules find one in the file."""

    items: set[str] = field(default_factory=set)
    values: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    rows: list[dict[str, str]]
    answers: list[dict[str, Any]]
    subjects: list[Subject]
    by_value: dict[tuple[str, bytes], list[Subject]]


def read(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return [
            {item_of_header(header) or header: cell for header, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def canonical_or_none(name: str, text: str) -> bytes | None:
    try:
        return canonical(name, text)
    except InvalidField:
        return None


def subjects_of(rows: list[dict[str, str]]) -> list[Subject]:
    """Group rows by RRN, else by customer number, row by row: slow and plain."""
    found: dict[tuple[str, bytes], Subject] = defaultdict(Subject)
    for row in rows:
        read_values = {
            name: value
            for name in READ
            if (value := canonical_or_none(name, row[name])) is not None
        }
        key = next((k, read_values[k]) for k in ("rrn", "customer_number") if k in read_values)
        subject = found[key]
        subject.rows += 1
        subject.items |= {item for item, cell in row.items() if cell.strip()}
        for name, value in read_values.items():
            subject.values[name].add(value)
        if "rrn" in read_values:
            subject.values["birth_date"].add(birth_date_from_rrn(read_values["rrn"]))
    return list(found.values())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("synth")
    written = write_leak(LEAK, folder / "leak.csv", ignore)
    assert written.size == (folder / "leak.csv").stat().st_size
    assert write_answers(LEAK, folder / "answers.jsonl", 400) == 400
    rows = read(folder / "leak.csv", "cp949")
    lines = (folder / "answers.jsonl").read_text("utf-8").splitlines()
    subjects = subjects_of(rows)
    by_value: dict[tuple[str, bytes], list[Subject]] = defaultdict(list)
    for subject in subjects:
        for name, values in subject.values.items():
            for value in values:
                by_value[name, value].append(subject)
    return Made(rows, [json.loads(line) for line in lines], subjects, by_value)


def matching(made: Made, answer: dict[str, Any], names: tuple[str, ...]) -> list[Subject]:
    wanted = {name: canonical(name, answer["fields"][name]) for name in names}
    return [
        subject
        for subject in made.by_value[names[-1], wanted[names[-1]]]
        if all(value in subject.values[name] for name, value in wanted.items())
    ]


LOOKUPS = (("name", "birth_date", "phone"), ("name", "customer_number"))


def test_rows_and_people_are_in_kts_ratio(made: Made) -> None:
    assert len(made.rows) == RECORDS
    people = round(RECORDS * 9_818_074 / 11_708_875)
    broken = sum(canonical_or_none("rrn", row["rrn"]) is None for row in made.rows if row["rrn"])
    assert abs(len(made.subjects) - people) <= broken
    assert Counter(subject.rows for subject in made.subjects).keys() == {1, 2, 3, 4}


def test_every_column_is_recognised(made: Made) -> None:
    assert list(made.rows[0]) == list(PROFILES["kt-2014"].headers)


def test_an_earlier_leak_is_about_the_same_people(tmp_path: Path) -> None:
    leaks = {name: Leak(300, name, people=300) for name in ("kt-2014", "kt-2012")}
    found = {}
    for name, leak in leaks.items():
        write_leak(leak, tmp_path / f"{name}.csv", ignore)
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == list(PROFILES[name].headers.values())
        header = PROFILES[name].headers["rrn"]
        values = (canonical_or_none("rrn", row[header]) for row in rows)
        found[name] = {value for value in values if value is not None}
    assert len(found["kt-2014"] & found["kt-2012"]) > 200
    write_answers(leaks["kt-2012"], tmp_path / "answers.jsonl", 40)
    for line in (tmp_path / "answers.jsonl").read_text("utf-8").splitlines():
        answer = json.loads(line)
        if answer["included"]:
            assert answer["incident"] == "kt-2012"
            assert set(answer["items"]) <= PROFILES["kt-2012"].headers.keys()
            assert answer["fields"].keys() <= {"name", "birth_date", "phone", "rrn"}


def test_answers_alternate(made: Made) -> None:
    assert [answer["included"] for answer in made.answers[:4]] == [True, False, True, False]
    assert {answer["incident"] for answer in made.answers} == {"kt-2014"}
    included = [answer["fields"] for answer in made.answers if answer["included"]]
    assert sum("email" in fields for fields in included) > len(included) // 2
    assert sum("phone" in fields for fields in included) > len(included) // 2


def test_included_people_are_found_with_exactly_their_items(made: Made) -> None:
    asked = 0
    for answer in (answer for answer in made.answers if answer["included"]):
        usable = [names for names in LOOKUPS if set(names) <= answer["fields"].keys()]
        assert usable
        for names in usable:
            (subject,) = matching(made, answer, names)
            assert set(answer["items"]) == subject.items
            asked += 1
    assert asked > 350


def test_every_typed_field_belongs_to_the_person(made: Made) -> None:
    for answer in (answer for answer in made.answers if answer["included"]):
        names = LOOKUPS[1] if "customer_number" in answer["fields"] else LOOKUPS[0]
        (subject,) = matching(made, answer, names)
        for name, typed in answer["fields"].items():
            assert canonical(name, typed) in subject.values[name], name


def test_absent_people_are_found_by_no_lookup(made: Made) -> None:
    near = 0
    for answer in (answer for answer in made.answers if not answer["included"]):
        assert answer["items"] == []
        for names in (*LOOKUPS, ("customer_number",)):
            assert not matching(made, answer, names)
        pairs = (("name", "birth_date"), ("name", "phone"))
        near += any(matching(made, answer, names) for names in pairs)
    assert near >= 95


def test_typed_fields_are_all_valid_and_no_rrn_is_asked(made: Made) -> None:
    for answer in made.answers:
        assert "rrn" not in answer["fields"]
        for name, typed in answer["fields"].items():
            assert canonical(name, typed)


def test_included_people_are_of_every_kind(made: Made) -> None:
    included = [answer for answer in made.answers if answer["included"]]
    assert sum("birth_date" not in answer["fields"] for answer in included) >= 4
    assert sum(answer["fields"]["name"].isascii() for answer in included) >= 6
    several = [answer for answer in included if matching(made, answer, ("name",))[0].rows > 1]
    assert len(several) >= 10


def test_few_rows_cannot_be_used(made: Made) -> None:
    for name in ("phone", "rrn"):
        bad = [
            row for row in made.rows if row[name].strip() and not canonical_or_none(name, row[name])
        ]
        assert 0 < len(bad) < RECORDS / 1000


@pytest.mark.parametrize(
    "name", ["name", "email", "customer_number", "bank_account", "card_number"]
)
def test_other_cells_are_always_readable(made: Made, name: str) -> None:
    for row in made.rows:
        assert not row[name].strip() or canonical_or_none(name, row[name]), name


def test_numbers_are_nobodys(made: Made) -> None:
    for subject in made.subjects:
        assert all(UNASSIGNED.fullmatch(phone) for phone in subject.values["phone"])
        assert all(rrn[7:9] in {b"97", b"98", b"99"} for rrn in subject.values["rrn"])
        assert all(card.startswith(b"999999") for card in subject.values["card_number"])
        assert all(
            mail.endswith((b".example", b"@example.com", b"@example.net", b"@example.org"))
            for mail in subject.values["email"]
        )


def test_the_file_is_as_untidy_as_real_ones(made: Made) -> None:
    def share(name: str, marks: str) -> int:
        return sum(any(mark in row[name] for mark in marks) for row in made.rows)

    for name, marks in (("phone", "."), ("phone", "+"), ("phone", "０"), ("name", " \u3000")):
        assert share(name, marks), (name, marks)
    for name in ("rrn", "customer_number"):
        assert share(name, "１"), name
    assert any(row["phone"].startswith("10") for row in made.rows)
    assert any(cell and not cell.strip() for row in made.rows for cell in row.values())
    assert any("," in row["address"] for row in made.rows)
    checksums = Counter(valid_checksum(row["rrn"]) for row in made.rows if row["rrn"].isascii())
    assert 0.01 < checksums[False] / checksums[True] < 0.06


def valid_checksum(text: str) -> bool | None:
    digits = [int(digit) for digit in text if digit.isdigit()]
    if len(digits) != 13:
        return None
    total = sum(d * w for d, w in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=False))
    return digits[-1] == (11 + (2 if digits[6] >= 5 else 0) - total % 11) % 10


def test_families_share_phones(made: Made) -> None:
    holders = Counter(phone for subject in made.subjects for phone in subject.values["phone"])
    assert sum(count > 1 for count in holders.values()) > RECORDS / 100
    assert max(holders.values()) <= 4


def test_same_seed_same_bytes_and_encodings_agree(tmp_path: Path) -> None:
    texts = []
    for name, encoding in (("a", "utf-8"), ("b", "utf-8"), ("c", "cp949")):
        write_leak(Leak(70_000, seed=3, encoding=encoding), tmp_path / name, ignore)
        texts.append((tmp_path / name).read_bytes().decode(encoding).replace("\r\n", "\n"))
    assert texts[0] == texts[1] == texts[2]
    write_leak(Leak(70_000, seed=4), tmp_path / "d", ignore)
    assert (tmp_path / "d").read_text("utf-8") != texts[0]
    for name in ("e", "f"):
        write_answers(Leak(70_000, seed=3), tmp_path / name, 20)
    assert (tmp_path / "e").read_bytes() == (tmp_path / "f").read_bytes()


@pytest.mark.parametrize(
    ("records", "people"), [(1, 1), (50, 50), (200, 3), (1000, 1), (5000, 900)]
)
def test_any_number_of_people_is_met_exactly(tmp_path: Path, records: int, people: int) -> None:
    leak = Leak(records, people=people, seed=1)
    write_leak(leak, tmp_path / "leak.csv", ignore)
    rows = read(tmp_path / "leak.csv", "utf-8")
    assert len(rows) == records
    layout = leak.maker().layout
    numbers = [layout.numbers_of(person) for person in range(people)]
    assert sum(len(have) for have in numbers) == records
    assert all(len(set(have)) == len(have) for have in numbers)
    assert abs(len(subjects_of(rows)) - people) <= 1


def test_answers_of_a_tiny_leak_are_as_many_as_there_are(tmp_path: Path) -> None:
    leak = Leak(2, people=2, seed=1)
    count = write_answers(leak, tmp_path / "answers.jsonl", 20)
    lines = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert len(lines) == count
    assert sum(line["included"] for line in lines) == 2
    assert sum(not line["included"] for line in lines) == 10


@pytest.mark.parametrize(
    ("leak", "says"),
    [
        (Leak(0), "one record"),
        (Leak(5, people=6), "fewer people"),
        (Leak(5, people=0), "1 to"),
        (Leak(5, profile="kt-2099"), "kt-2014"),
        (Leak(5, encoding="latin-1"), "cp949"),
        (Leak(40_000_000), "1 to 15,000,000"),
    ],
)
def test_impossible_leaks_say_what_to_ask_instead(tmp_path: Path, leak: Leak, says: str) -> None:
    with pytest.raises(SynthError, match=says):
        write_leak(leak, tmp_path / "leak.csv", ignore)
    assert not list(tmp_path.iterdir())


def test_a_file_appears_only_whole(tmp_path: Path) -> None:
    def interrupt(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_leak(Leak(10), tmp_path / "leak.csv", interrupt)
    assert not list(tmp_path.iterdir())
