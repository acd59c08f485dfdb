"""Rejected rows: kept under seal, shown masked, repaired, and counted file by file."""

import csv
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from breachdesk.cli._app import app
from breachdesk.ingest import (
    BuildError,
    BuildReport,
    RejectsRequest,
    SourceError,
    build,
    export_rejects,
    view_rejects,
)
from breachdesk.ingest._rejects_file import RejectedRow, RejectsFile
from breachdesk.keys import KeyFolder, RejectsKeyMissing, WrapError, create, open_folder
from breachdesk.release import Store, VKey, verify_store
from tests.factories.leaks import HEADER, KIM, LEE, Desk, ask, csv_text, people
from tests.messy.packed import xlsx

NUMBER = "name+customer_number"
SHAPE = (*LEE, "one cell too many")
NOBODY = ("박사라", "", "010-1111-2222", "")
LOST = ("최다섯", "910102-1234567", "12", "")
HALF = ("김하나", "890102-2234567", "", "")
"""No lookup can hold this row by itself; KIM's other row fills it in."""


@pytest.fixture
def sources(desk: Desk) -> list[Path]:
    """Two files and a workbook of two sheets, with rows of every reason."""
    one = desk.source([KIM, HALF, SHAPE, NOBODY, LOST, *people(5)], "one.csv")
    two = desk.folder / "two.csv"
    two.write_bytes(csv_text([NOBODY, *people(3, 100)]).encode("cp949") + b"\xff\xff,a,b,c\n")
    sheets: Any = [
        ("고객", [HEADER, *people(4, 200), LOST]),
        ("회원", [HEADER, *people(2, 300), ("합계", "2", "", "")]),
    ]
    (desk.folder / "book.xlsx").write_bytes(xlsx(sheets))
    return [one, two, desk.folder / "book.xlsx"]


def rows_in(desk: Desk, report: BuildReport) -> list[RejectedRow]:
    assert report.rejects is not None
    keys = open_folder(desk.folder / "keys", only=("rejects",))
    return list(RejectsFile(Path(report.rejects), keys).rows())


def test_every_rejected_row_is_kept_with_its_number_and_why(
    desk: Desk, sources: list[Path]
) -> None:
    report = build(desk.request(*sources, workers=2))
    assert report.rejects == str(desk.folder / "releases-rejects" / "000001.sealed")
    assert stat.S_IMODE(Path(report.rejects).stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(report.rejects).parent.stat().st_mode) == 0o700
    found = sorted((one.table, one.row, one.reason, one.at) for one in rows_in(desk, report))
    late = "invalid:phone missing:customer_number"
    assert found == [
        (0, 3, "shape", ""),
        (0, 4, "no-subject", "missing:rrn missing:customer_number"),
        (0, 5, "no-lookup", late),
        (1, 1, "no-subject", "missing:rrn missing:customer_number"),
        (1, 5, "encoding", ""),
        (2, 6, "no-lookup", late),
        (3, 4, "shape", ""),
    ]
    raw = {(one.table, one.row): one.raw for one in rows_in(desk, report)}
    assert raw[0, 3] == ",".join(SHAPE).encode()
    assert raw[1, 1] == NOBODY
    assert raw[1, 5] == b"\xff\xff,a,b,c"
    assert raw[2, 6] == LOST


def test_rows_are_counted_file_by_file(desk: Desk, sources: list[Path]) -> None:
    report = build(desk.request(*sources, workers=2))
    counted = [
        (one.number, one.file, one.table, one.read, one.indexed, dict(one.rejected))
        for one in report.sources
    ]
    assert counted == [
        (1, "one.csv", "", 10, 7, {"shape": 1, "no-subject": 1, "no-lookup": 1}),
        (2, "two.csv", "", 5, 3, {"no-subject": 1, "encoding": 1}),
        (3, "book.xlsx", "고객", 5, 4, {"no-lookup": 1}),
        (3, "book.xlsx", "회원", 3, 2, {"shape": 1}),
    ]
    current = Store(desk.folder / "releases").current()
    assert current is not None
    records = current.manifest.incidents[0].records
    assert (records.read, records.indexed) == (23, 16)
    assert [(one.read, one.indexed, dict(one.rejected)) for one in records.sources] == [
        (10, 7, {"shape": 1, "no-subject": 1, "no-lookup": 1}),
        (5, 3, {"no-subject": 1, "encoding": 1}),
        (8, 6, {"no-lookup": 1, "shape": 1}),
    ]
    assert "one.csv" not in current.manifest.__repr__()


def test_nothing_rejected_leaves_no_file(desk: Desk) -> None:
    assert build(desk.request(desk.source([KIM, HALF]))).rejects is None
    assert not (desk.folder / "releases-rejects").exists()


def test_only_the_keys_of_the_build_open_it(desk: Desk, sources: list[Path]) -> None:
    report = build(desk.request(*sources))
    other = create(desk.folder / "other", origin="breachdesk.invalid/test")
    path = Path(str(report.rejects))
    with pytest.raises(WrapError):
        RejectsFile(path, other)
    sealed = path.read_bytes()
    assert "박사라".encode() not in sealed
    assert json.dumps("박사라").encode() not in sealed
    keys = open_folder(desk.folder / "keys", only=("rejects",))
    for hurt in (sealed[:-1], sealed[:-40], sealed + b"\0", sealed[:150] + b"x" + sealed[151:]):
        path.write_bytes(hurt)
        with pytest.raises(SourceError) as caught:
            list(RejectsFile(path, keys).rows())
        assert caught.value.kind == "rejects-file"


def test_a_place_that_is_taken_or_served_is_refused(desk: Desk, sources: list[Path]) -> None:
    request = desk.request(*sources)
    taken = desk.folder / "taken"
    taken.write_text("kept")
    for place in (taken, request.releases / "inside", desk.folder / "nowhere" / "file"):
        with pytest.raises(BuildError) as caught:
            build(replace(request, rejects=place))
        assert caught.value.kind == "rejects"
    assert taken.read_text() == "kept"
    assert Store(request.releases).current() is None
    named = desk.folder / "mine.sealed"
    assert build(replace(request, rejects=named)).rejects == str(named)
    assert RejectsFile(named, open_folder(desk.folder / "keys", only=("rejects",))).head.tables


def test_a_folder_without_the_key_says_what_to_do(desk: Desk) -> None:
    document = desk.folder / "keys" / "folder.toml"
    lines = document.read_text("utf-8").replace(', "rejects"', "").splitlines()
    document.write_text("\n".join(one for one in lines if not one.startswith("rejects")), "utf-8")
    with pytest.raises(RejectsKeyMissing, match="keys rejects"):
        build(desk.request(desk.source([KIM])))


def test_a_build_that_fails_to_publish_leaves_no_file(
    desk: Desk, sources: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        assert list((desk.folder / "releases-rejects").iterdir())
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("breachdesk.release.Stage.publish", full)
    with pytest.raises(BuildError) as caught:
        build(desk.request(*sources))
    assert caught.value.kind == "disk"
    assert not list((desk.folder / "releases-rejects").iterdir())


def test_a_view_counts_and_masks(desk: Desk, sources: list[Path]) -> None:
    report = build(desk.request(*sources))
    request = RejectsRequest(Path(str(report.rejects)), desk.folder / "keys")
    view = view_rejects(request, 20)
    assert (view.release, view.incident, len(view.rows)) == (1, "leak", 7)
    assert view.tables[0].number == 1
    assert view.tables[0].rejected == {"shape": 1, "no-subject": 1, "no-lookup": 1}
    (row,) = view_rejects(replace(request, reason="no-subject", file="1"), 9).rows
    assert dict(row.cells) == {"이름": "박○○", "주민등록번호": "", "전화번호": "010-****-22**",
                               "고객관리번호": ""}  # fmt: skip
    said = json.dumps([one.cells for one in view.rows], ensure_ascii=False)
    for cell in (*NOBODY, *LOST, *SHAPE):
        assert len(cell) < 3 or cell not in said
    assert len(view_rejects(request, 2).rows) == 2
    assert not view_rejects(request, 0).rows
    with pytest.raises(SourceError, match="No rejected row"):
        view_rejects(replace(request, file="three.csv"), 1)


def test_an_export_is_for_its_owner_and_builds_again(desk: Desk, sources: list[Path]) -> None:
    report = build(desk.request(*sources))
    request = RejectsRequest(Path(str(report.rejects)), desk.folder / "keys", file="one.csv")
    out = desk.folder / "repair.csv"
    assert export_rejects(request, out) == 3
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["row", "reason", "at", *HEADER]
    assert rows[1] == ["3", "shape", "", *SHAPE]
    with pytest.raises(SourceError, match="exists already"):
        export_rejects(request, out)
    with pytest.raises(SourceError, match="one table"):
        export_rejects(replace(request, file=None), desk.folder / "all.csv")
    assert not (desk.folder / "all.csv").exists()
    assert "rejects.exported" in (desk.folder / "keys" / "audit.jsonl").read_text("utf-8")


COLUMNS = ("이름", "비고", "식별번호", "전화번호", "고객관리번호")


def mapping_of(desk: Desk, name: str, identifying: str, reading: str = "") -> Path:
    """A mapping under which one column holds the RRN."""
    codes = dict.fromkeys(COLUMNS, "") | {"이름": "name", "전화번호": "phone"}
    codes |= {"고객관리번호": "customer_number", identifying: "rrn"}
    lines = [f'"{column}" = "{code}"' for column, code in codes.items()]
    (desk.folder / name).write_text(reading + "[columns]\n" + "\n".join(lines), "utf-8")
    return desk.folder / name


def wrongly_mapped(desk: Desk) -> Path:
    """People who have an RRN in a column that is taken for something else, and no number."""
    rows = [(name, "", rrn, phone, "") for name, rrn, phone, _ in people(3)]
    rows += [(name, "", rrn, phone, number) for name, rrn, phone, number in people(2, 50)]
    path = desk.source([*rows, ("", "", "", "", "")], header=COLUMNS)
    broken = ("이두리", "", *LEE[1:3], "")
    path.write_bytes(path.read_bytes() + ",".join(broken).encode("cp949") + b"\n")
    return path


def test_a_corrected_mapping_finds_the_rejected_rows_and_reads_no_others(
    desk: Desk, keys: KeyFolder
) -> None:
    request = replace(
        desk.request(wrongly_mapped(desk)), mapping=mapping_of(desk, "wrong.toml", "비고")
    )
    report = build(request)
    assert (report.rows_read, report.rows_indexed) == (7, 2)
    assert report.rejected == {"no-subject": 4, "encoding": 1}
    mapping = mapping_of(desk, "right.toml", "식별번호", '[reading]\nencoding = "cp949"\n')
    again = replace(
        request,
        sources=(),
        from_rejects=Path(str(report.rejects)),
        mapping=mapping,
        releases=desk.folder / "again",
    )
    second = build(again)
    assert (second.rows_read, second.rows_indexed, second.reread) == (5, 4, 1)
    assert second.rejected == {"no-subject": 1}
    (one,) = second.sources
    assert (one.release, one.number, one.file, one.read) == (1, 1, "leak.csv", 5)
    assert [(row.row, row.reason) for row in rows_in(desk, second)] == [(6, "no-subject")]
    store = Store(desk.folder / "again")
    for person in (LEE, *people(3)):
        assert ask(keys, store, "name+birth_date+phone", person[0], "19" + person[1][:6], person[2])
    assert not ask(keys, store, NUMBER, *people(1, 50)[0][::3])
    assert build(replace(again, releases=desk.folder / "twice")).release_id == second.release_id


def test_rows_that_were_read_again_go_with_their_file(desk: Desk, keys: KeyFolder) -> None:
    build(desk.request(desk.source([KIM], "kim.csv")))
    wrong = desk.request(wrongly_mapped(desk), amend="add")
    report = build(replace(wrong, mapping=mapping_of(desk, "wrong.toml", "비고")))
    mapping = mapping_of(desk, "right.toml", "식별번호", '[reading]\nencoding = "cp949"\n')
    rejected = Path(str(report.rejects))
    build(replace(wrong, sources=(), from_rejects=rejected, mapping=mapping))
    corrected = desk.request(desk.source(people(2, 50)), amend="add")
    done = build(replace(corrected, replace_files=("leak.csv",)))
    (change,) = done.changes
    assert (change.kind, change.records, change.subjects) == ("replaced", 3, 3)
    store = Store(desk.folder / "releases")
    assert ask(keys, store, NUMBER, *KIM[::3])
    assert ask(keys, store, NUMBER, *people(1, 50)[0][::3])
    gone = people(1)[0]
    assert not ask(keys, store, "name+birth_date+phone", gone[0], "19" + gone[1][:6], gone[2])
    current = store.current()
    assert current is not None
    assert [one.read for one in current.manifest.incidents[0].records.sources] == [1, 2]
    assert verify_store(store.folder, VKey.parse(keys.public.log)).findings == []


def test_repaired_rows_are_indexed_beside_all_others(desk: Desk, keys: KeyFolder) -> None:
    other, source = desk.source([*people(4, 60), NOBODY], "a.csv"), wrongly_mapped(desk)
    tables = '[[tables]]\nfile = "{}"\n[tables.columns]\n{}\n'
    plain = "\n".join(
        f'"{name}" = "{code}"'
        for name, code in zip(HEADER, ("name", "rrn", "phone", "customer_number"), strict=True)
    )
    mapping = desk.folder / "both.toml"
    for name, identifying in (("wrong", "비고"), ("right", "식별번호")):
        columns = mapping_of(desk, f"{name}.toml", identifying).read_text("utf-8")
        columns = columns.replace("[columns]\n", "")
        text = tables.format("a.csv", plain) + tables.format("leak.csv", columns)
        (desk.folder / f"{name}.toml").write_text(text, "utf-8")
    mapping = desk.folder / "wrong.toml"
    first = build(replace(desk.request(other, source), mapping=mapping))
    assert first.rejected == {"no-subject": 5, "encoding": 1}
    again = replace(
        desk.request(),
        from_rejects=Path(str(first.rejects)),
        mapping=desk.folder / "right.toml",
        amend="add",
    )
    second = build(again)
    assert (second.release, second.reread, second.rows_read, second.rows_indexed) == (2, 1, 6, 3)
    store = Store(desk.folder / "releases")
    current = store.current()
    assert current is not None
    (incident,) = current.manifest.incidents
    assert (incident.records.read, incident.records.indexed, incident.subjects) == (12, 9, 9)
    assert [(one.release, one.read, one.indexed, dict(one.rejected))
            for one in incident.records.sources] == [
        (1, 5, 4, {"no-subject": 1}),
        (1, 7, 5, {"encoding": 1, "no-subject": 1}),
    ]  # fmt: skip
    (change,) = current.manifest.changes
    assert (change.kind, change.records, change.subjects) == ("reread", 3, 3)
    for person in (*people(3), *people(4, 60)):
        assert ask(keys, store, "name+birth_date+phone", person[0], "19" + person[1][:6], person[2])
    assert verify_store(store.folder, VKey.parse(keys.public.log)).findings == []
    with pytest.raises(BuildError) as caught:
        build(again)
    assert caught.value.kind == "source-twice"
    with pytest.raises(BuildError) as caught:
        build(replace(again, from_rejects=Path(str(second.rejects))))
    assert caught.value.kind == "all-rejected"
    assert Path(str(second.rejects)).exists()


def test_repaired_rows_do_not_replace_everybody_else(desk: Desk, sources: list[Path]) -> None:
    report = build(desk.request(*sources))
    again = replace(desk.request(), from_rejects=Path(str(report.rejects)))
    with pytest.raises(BuildError, match="--add") as caught:
        build(again)
    assert caught.value.kind == "amend"
    with pytest.raises(BuildError, match="nobody but") as caught:
        build(replace(again, amend="replace"))
    assert caught.value.kind == "rejects"
    text = (desk.folder / "incident.toml").read_text("utf-8")
    (desk.folder / "incident.toml").write_text(text.replace('id = "leak"', 'id = "other"'), "utf-8")
    with pytest.raises(BuildError, match="are of leak"):
        build(replace(again, releases=desk.folder / "again"))
    with pytest.raises(SourceError, match="no file of rejected rows"):
        build(replace(again, from_rejects=sources[0], releases=desk.folder / "again"))


def test_the_commands(desk: Desk, sources: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breachdesk.cli._build.plain_swap", lambda: True)
    folder, runner = desk.folder, CliRunner()
    build_words = ["build", "--incident", folder / "incident.toml", "--keys", folder / "keys"]
    build_words += ["--releases", folder / "releases", "--workers", "1"]
    words = [str(word) for word in build_words]
    neither = runner.invoke(app, words)
    assert neither.exit_code == 2
    assert "--from-rejects" in neither.output
    made = runner.invoke(app, [*words, *(f"--source={one}" for one in sources)])
    assert made.exit_code == 0, made.output
    assert "swap" in made.output
    for part in ("Rows by file", "1 no-lookup", "Grouping", "times the release", "000001.sealed"):
        assert part in made.output
    file, keys = str(folder / "releases-rejects" / "000001.sealed"), f"--keys={folder / 'keys'}"
    shown = runner.invoke(app, ["rejects", file, keys, "--show", "3"])
    assert shown.exit_code == 0, shown.output
    assert "Cells are masked" in shown.output
    said = json.loads(runner.invoke(app, ["rejects", file, keys, "--json"]).stdout)
    assert [one["read"] for one in said["tables"]] == [10, 5, 5, 3]
    assert runner.invoke(app, ["rejects", file, keys, "--reason", "odd"]).exit_code == 2
    out = str(folder / "out.csv")
    asked = runner.invoke(app, ["rejects", file, keys, "--file=1", "--export", out], input="n\n")
    assert asked.exit_code == 2
    assert not Path(out).exists()
    sure = runner.invoke(app, ["rejects", file, keys, "--file=1", "--export", out, "--yes"])
    assert sure.exit_code == 0
    assert "in plain" in sure.output
    assert Path(out).exists()
