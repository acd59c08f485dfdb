"""What columns hold: by header, by mapping file, by asking."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from breachdesk.incident import Incident
from breachdesk.ingest._guess import guess_mapping
from breachdesk.ingest._mapping import Mapping
from breachdesk.ingest._mapping_file import load_mapping
from breachdesk.ingest._propose import Proposal, to_toml
from breachdesk.ingest._source import Reading, Source
from breachdesk.ingest.errors import MappingUnsure, SourceError

HEADER = "고객명,주민등록번호,전화번호,고객관리번호"
ROW = "홍길동,890102-1234567,010-1234-5678,K1"
CODES = ("name", "rrn", "phone", "customer_number")


def test_headers_say_what_columns_hold(
    source_of: Callable[[str], Source], incident: Incident
) -> None:
    mapping = guess_mapping(source_of(f"{HEADER}\n{ROW}\n"), incident)
    assert mapping.columns == CODES
    assert mapping.column_of("phone") == 2
    assert mapping.column_of("email") is None


@pytest.mark.parametrize(
    ("header", "row", "column", "candidates"),
    [
        (f"{HEADER},보호자", f"{ROW},010-1234-5678", 5, ("phone",)),
        (f"{HEADER},비고", f"{ROW},(없음)", 5, ()),
        (f"{HEADER},전화", f"{ROW},010-1234-5678", 5, ("phone",)),
        (
            "고객명,주민등록번호,전화번호,고객관리번호",
            "홍길동,890102-1234567,서울,K1",
            3,
            ("phone",),
        ),
        (f"{HEADER},", f"{ROW},hong@example.com", 5, ("email",)),
    ],
)
def test_what_is_unsure_is_asked(
    source_of: Callable[[str], Source],
    incident: Incident,
    header: str,
    row: str,
    column: int,
    candidates: tuple[str, ...],
) -> None:
    with pytest.raises(MappingUnsure) as caught:
        guess_mapping(source_of(f"{header}\n{row}\n"), incident)
    asked = {question.column: question.candidates for question in caught.value.columns}
    assert asked[column][: len(candidates)] == candidates
    assert "--write-mapping" in caught.value.fix
    assert "010-1234-5678" not in str(caught.value)
    assert "홍길동" not in str(caught.value)


def test_a_trailing_column_of_nothing_is_no_question(
    source_of: Callable[[str], Source], incident: Incident
) -> None:
    mapping = guess_mapping(source_of(f"{HEADER},\n{ROW},\n"), incident)
    assert mapping.columns == (*CODES, None)
    assert mapping.names[-1] == "#5"


@pytest.mark.parametrize(
    ("columns", "kind", "word"),
    [
        (("name", "rrn", "customer_number"), "missing-columns", "phone"),
        (("name", "phone", "customer_number"), "missing-columns", "birth_date"),
        ((*CODES, "password"), "unlisted-item", "password"),
        ((*CODES, "phone"), "mapping-file", "phone"),
    ],
)
def test_columns_that_the_incident_needs(
    incident: Incident, columns: tuple[str, ...], kind: str, word: str
) -> None:
    with pytest.raises(SourceError) as caught:
        Mapping(columns, columns).require(incident)
    assert caught.value.kind == kind
    assert word in caught.value.message


def test_columns_that_identify(incident: Incident) -> None:
    changed = replace(incident, subject_columns=(("usim_number",), ("email", "name")))
    with pytest.raises(SourceError) as caught:
        Mapping(CODES, CODES).require(changed)
    assert caught.value.kind == "missing-columns"
    assert "usim_number or email+name" in caught.value.message


def proposal(mapping: Mapping, questions: dict[int, str] | None = None) -> Proposal:
    return Proposal("leak.csv", "", "", Reading(), mapping.names, mapping.columns, questions or {})


def test_a_mapping_file_comes_back(tmp_path: Path) -> None:
    names = ('a "b"', "고객명", "x.y", "#4", "[t]\n")
    mapping = Mapping(names, ("name", None, "phone", "rrn", None))
    path = tmp_path / "mapping.toml"
    path.write_text(to_toml([proposal(mapping)]), "utf-8")
    (entry,) = load_mapping(path).tables
    assert (entry.mapping, entry.reading) == (mapping, Reading())
    path.write_text(to_toml([proposal(mapping, {1: "perhaps name"})]), "utf-8")
    assert "# perhaps name" in path.read_text("utf-8")
    with pytest.raises(SourceError, match="does not say yet"):
        load_mapping(path)


@pytest.mark.parametrize(
    "text",
    ["", "[columns]", "columns = 1", "[columns]\na = 1", '[columns]\na = "nam"', "[x]\n",
     "[columns", '[columns]\na = "name"\n[more]\n', '[columns]\na = ["name"]'],
)  # fmt: skip
def test_a_wrong_mapping_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught:
        load_mapping(path)
    assert caught.value.kind == "mapping-file"


def test_a_mapping_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load_mapping(tmp_path / "mapping.toml")
    (tmp_path / "mapping.toml").write_bytes(b"\xff")
    with pytest.raises(SourceError, match="UTF-8"):
        load_mapping(tmp_path / "mapping.toml")


def test_a_mapping_is_put_in_the_order_of_the_source(source_of: Callable[[str], Source]) -> None:
    source = source_of(f"{HEADER}\n{ROW}\n")
    backwards = Mapping(source.header[::-1], CODES[::-1])
    assert backwards.for_source(source) == Mapping(source.header, CODES)
    with pytest.raises(SourceError, match="it lacks"):
        Mapping(source.header[:3], CODES[:3]).for_source(source)
    with pytest.raises(SourceError, match="only it has"):
        Mapping((*source.header, "x"), (*CODES, None)).for_source(source)


def test_the_binding_tells_mappings_apart() -> None:
    mappings = [
        Mapping(("a", "b"), ("name", "phone")),
        Mapping(("a", "b"), ("phone", "name")),
        Mapping(("a", "b"), ("name", None)),
        Mapping(("ab", ""), ("name", None)),
        Mapping(("a",), ("name",)),
    ]
    assert len({mapping.binding() for mapping in mappings}) == len(mappings)
    assert mappings[0].binding() == Mapping(("a", "b"), ("name", "phone")).binding()
