"""An export that comes again with some rows corrected: a question, and never a doubling."""

from dataclasses import replace

import pytest

from breachdesk.ingest import BuildError, BuildReport, build, show_ledger
from breachdesk.keys import KeyFolder
from breachdesk.release import Store
from tests.factories.leaks import HEADER, INCIDENT, KIM, LEE, Desk, Row, ask, people, tree

NUMBER = "name+customer_number"
FIRST = people(20)
MOVED: Row = (LEE[0], LEE[1], LEE[2], "999999999")


@pytest.fixture
def three(desk: Desk) -> Desk:
    """Three files, each a build of its own; LEE's customer number is wrong in the third."""
    build(desk.request(desk.source(FIRST, "leak-01.csv")))
    build(desk.request(desk.source([KIM], "leak-02.csv"), amend="add"))
    wrong = [MOVED, *people(9, start=100)]
    build(desk.request(desk.source(wrong, "leak-03.csv"), amend="add"))
    return desk


def corrected(desk: Desk, name: str = "leak-03.csv") -> list[Row]:
    rows = [LEE, *people(9, start=100)]
    desk.source(rows, name)
    return rows


def files(desk: Desk) -> list[tuple[str, ...]]:
    return [one.files for one in show_ledger(desk.folder / "keys", desk.folder / "releases")]


def refused(desk: Desk, name: str) -> str:
    before = tree(desk.folder / "releases")
    with pytest.raises(BuildError) as caught:
        build(desk.request(desk.folder / name, amend="add"))
    assert caught.value.kind == "source-known"
    now = tree(desk.folder / "releases")
    assert {name: now[name] for name in before} == before
    return str(caught.value)


def test_a_file_of_the_same_name_is_a_question(three: Desk) -> None:
    corrected(three)
    said = refused(three, "leak-03.csv")
    assert "leak-03.csv is in the ledger already, built on 2014-05-1" in said
    assert "with 10 records. " in said
    assert "--replace-file leak-03.csv" in said
    assert "--beside" in said
    assert not (three.folder / "releases" / ".building").exists()


def test_most_of_the_same_people_are_a_question_under_another_name(three: Desk) -> None:
    corrected(three, "export (2).csv")
    said = refused(three, "export (2).csv")
    assert "are (leak-03.csv) in the ledger already" in said
    assert "--replace-file leak-03.csv" in said


def test_the_answer_takes_no_second_evaluation(three: Desk) -> None:
    corrected(three, "export.csv")
    refused(three, "export.csv")
    (three.folder / "export.csv").unlink()
    request = three.request(three.folder / "export.csv", amend="add")
    done = build(replace(request, replace_files=("leak-03.csv",)))
    assert (done.release, done.rows_indexed) == (4, 10)


def replaced(desk: Desk) -> BuildReport:
    request = desk.request(desk.folder / "leak-03.csv", amend="add")
    return build(replace(request, replace_files=("LEAK-03.csv",)))


def test_a_replaced_file_leaves_nothing_and_all_others_stay(three: Desk, keys: KeyFolder) -> None:
    corrected(three)
    done = replaced(three)
    assert [(one.kind, one.records, one.subjects) for one in done.changes] == [("replaced", 31, 31)]
    store = Store(three.folder / "releases")
    assert not ask(keys, store, NUMBER, MOVED[0], MOVED[3])
    assert ask(keys, store, NUMBER, LEE[0], LEE[3])
    assert ask(keys, store, NUMBER, KIM[0], KIM[3])
    for row in FIRST + people(9, start=100):
        assert len(ask(keys, store, NUMBER, row[0], row[3])) == 1
    (found,) = ask(keys, store, "name+birth_date+phone", LEE[0], "19" + LEE[1][:6], LEE[2])
    assert found.records == 1
    current = store.current()
    assert current is not None
    (incident,) = current.manifest.incidents
    assert (incident.records.indexed, incident.subjects) == (31, 31)
    assert files(three) == [("leak-01.csv",), ("leak-02.csv",), ("leak-03.csv",)]


def test_both_count_when_the_operator_says_so(three: Desk) -> None:
    corrected(three)
    request = three.request(three.folder / "leak-03.csv", amend="add")
    done = build(replace(request, beside=True))
    assert (done.release, len(files(three))) == (4, 4)


def test_other_items_of_the_same_people_are_no_question(desk: Desk) -> None:
    incident = INCIDENT.replace(
        '"phone", "customer_number"]', '"phone", "customer_number", "email"]'
    )
    (desk.folder / "incident.toml").write_text(incident, "utf-8")
    build(desk.request(desk.source(FIRST, "names.csv")))
    rows = [(*row, f"p{number}@example.com") for number, row in enumerate(FIRST)]
    more = desk.source(rows, "mails.csv", (*HEADER, "이메일"))
    assert build(desk.request(more, amend="add")).release == 2


def test_a_file_that_was_built_with_others_goes_with_them(desk: Desk) -> None:
    one, two = desk.source(FIRST, "one.csv"), desk.source([KIM], "two.csv")
    build(desk.request(one, two))
    desk.source([LEE], "one.csv")
    alone = replace(desk.request(one, amend="add"), replace_files=("one.csv",))
    with pytest.raises(BuildError, match=r"together with two\.csv"):
        build(alone)
    with pytest.raises(BuildError, match=r"Name one that it has \(one\.csv, two\.csv\)"):
        build(replace(alone, replace_files=("three.csv",)))
    both = replace(desk.request(one, two, amend="add"), replace_files=("one.csv", "two.csv"))
    assert build(both).rows_indexed == 2
    assert files(desk) == [("one.csv", "two.csv")]
