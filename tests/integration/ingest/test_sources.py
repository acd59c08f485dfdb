"""One release from what people really have: a mapping by table, formats side by side."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from breachdesk.ingest import MappingUnsure, Passwords, SourceError, build, inspect
from breachdesk.keys import KeyFolder
from breachdesk.release import Store
from tests.factories.leaks import HEADER, KIM, LEE, Desk, ask, csv_text, people
from tests.messy.packed import PASSWORD, Sheets, locked_zip, xlsx

CLEAN = (
    "CREATE TABLE `member` (`nm` varchar(9), `jumin` char(14), `hp` varchar(20), `no` char(9));\n"
    "CREATE TABLE `log` (`at` datetime, `what` varchar(9));\n"
    "INSERT INTO `log` VALUES ('2014-03-06','login');\n"
)


def sources(desk: Desk) -> list[Path]:
    """A locked ZIP with CSV in CP949, a workbook with two sheets, a dump with two tables."""
    rows = [KIM, *people(5)]
    (desk.folder / "leak.zip").write_bytes(
        locked_zip({"a/members.csv": csv_text(rows).encode("cp949")})
    )
    sheets: Sheets = [
        ("고객", [["고객 명단"], HEADER, *people(4, 100)]),
        ("부서", [["부서", "인원"], ["영업", 3]]),
    ]
    (desk.folder / "book.xlsx").write_bytes(xlsx(sheets))
    values = ",".join(
        "(" + ",".join(f"'{cell}'" for cell in row) + ")" for row in [LEE, *people(3, 200)]
    )
    (desk.folder / "dump.sql").write_text(f"{CLEAN}INSERT INTO `member` VALUES {values};\n")
    return [desk.folder / name for name in ("leak.zip", "book.xlsx", "dump.sql")]


def answered(text: str) -> str:
    """The proposed mapping as a person would complete it."""
    answers = {"nm": "name", "jumin": "rrn", "hp": "phone", "no": "customer_number"}
    lines = []
    for line in text.splitlines():
        name = line.split(" = ")[0].strip('"')
        lines.append(
            f'{line.split(" = ")[0]} = "{answers.get(name, "")}"' if '"?"' in line else line
        )
    return "\n".join(lines)


def test_a_mapping_by_table(desk: Desk, keys: KeyFolder) -> None:
    paths = sources(desk)
    passwords = Passwords([PASSWORD])
    request = replace(desk.request(*paths), passwords=passwords)
    with pytest.raises(MappingUnsure):
        build(request)
    proposed = inspect(*paths, passwords=passwords).mapping_toml()
    for part in ('file = "leak.zip"', 'member = "a/members.csv"', 'table = "고객"', "skip = 1",
                 'table = "member"', "24-2", 'nm = "?" # perhaps name'):  # fmt: skip
        assert part in proposed
    mapping = desk.folder / "mapping.toml"
    mapping.write_text(proposed, "utf-8")
    with pytest.raises(SourceError, match="does not say yet"):
        build(replace(request, mapping=mapping))
    text = answered(proposed)
    for table in ("부서", "log"):
        text = text.replace(f'table = "{table}"', f'table = "{table}"\nignore = true')
    mapping.write_text(text, "utf-8")
    report = build(replace(request, mapping=mapping))
    assert (report.rows_read, report.rows_indexed) == (6 + 4 + 4, 14)
    store = Store(desk.folder / "releases")
    for person in (KIM, LEE, *people(2, 100)):
        assert ask(keys, store, "name+customer_number", person[0], person[3])
    again = build(replace(request, mapping=mapping, releases=desk.folder / "again", workers=2))
    assert again.release_id == report.release_id


def test_a_mapping_must_speak_of_every_table(desk: Desk) -> None:
    paths = sources(desk)
    request = replace(desk.request(*paths), passwords=Passwords([PASSWORD]))
    mapping = desk.folder / "mapping.toml"
    names = json.dumps(dict.fromkeys(HEADER, ""), ensure_ascii=False).replace(":", " =")
    mapping.write_text(f'[[tables]]\nfile = "leak.zip"\ncolumns = {names}\n', "utf-8")
    with pytest.raises(SourceError) as caught:
        build(replace(request, mapping=mapping))
    assert caught.value.kind in {"mapping-file", "missing-columns"}
    mapping.write_text(
        f'[[tables]]\nfile = "*"\nignore = true\n[[tables]]\nfile = "x"\ncolumns = {names}\n',
        "utf-8",
    )
    with pytest.raises(SourceError, match="which no source has"):
        build(replace(request, mapping=mapping))


def test_how_a_table_is_read_decides_the_release_id(desk: Desk) -> None:
    source = desk.source([KIM, LEE, *people(8)])
    mapping = desk.folder / "mapping.toml"
    columns = "[columns]\n" + "".join(
        f'"{name}" = "{code}"\n'
        for name, code in zip(HEADER, ("name", "rrn", "phone", "customer_number"), strict=True)
    )
    ids = set()
    for number, reading in enumerate(("", '[reading]\nblank = ["NULL"]\n')):
        mapping.write_text(reading + columns, "utf-8")
        request = desk.request(source, releases=f"r{number}")
        ids.add(build(replace(request, mapping=mapping)).release_id)
    ids.add(build(desk.request(source, releases="guessed")).release_id)
    assert len(ids) == 2
