"""Numbers of releases, their comparison, and what machines read of them."""

import csv
from dataclasses import replace
from io import StringIO

from breachdesk.figures import (
    Difference,
    Figure,
    as_csv,
    as_json,
    compare,
    figures_of,
    measure_words,
    of_words,
    people_figures,
    picture_of,
    picture_of_both,
)
from breachdesk.figures._figures import MEASURES
from tests.factories.releases import build_release, with_incident

MANIFEST = with_incident(build_release().manifest, "kt-2012", 8)
ITEMS = {"kt-2014": {"rrn": (5, 7), "name": (20, 22)}, "kt-2012": {"name": (3, 3)}}
SETS = {("kt-2014",): 18, ("kt-2012",): 1, ("kt-2014", "kt-2012"): 2}


def test_every_number_of_a_manifest_is_there() -> None:
    found = {figure.key: figure.value for figure in figures_of(MANIFEST)}
    for incident in ("kt-2014", "kt-2012"):
        assert found[incident, "people", ""] == 21
        assert found[incident, "people-by-lookup", "name+birth_date+phone"] == 20
        assert found[incident, "rows-left-out", "name+birth_date+phone missing:phone"] == 1
        assert found[incident, "rows-read", ""] == 23
        assert found[incident, "rows-rejected", "shape"] == 1
        assert found[incident, "source-rows-indexed", "1"] == 21
        assert found[incident, "source-rows-rejected", "1 no-lookup"] == 1
        assert found[incident, "change-people", "first"] == 21
    assert len(found) == len(figures_of(MANIFEST))


def test_people_of_the_ledger_are_counted_by_item_and_by_set_of_incidents() -> None:
    found = {figure.key: figure.value for figure in people_figures(ITEMS, SETS)}
    assert found["kt-2014", "people-by-item", "rrn"] == 5
    assert found["kt-2014", "records-by-item", "rrn"] == 7
    assert found["", "people-in-exactly", "kt-2014+kt-2012"] == 2


def test_a_comparison_has_what_either_release_says() -> None:
    before = figures_of(build_release().manifest)
    after = figures_of(replace(MANIFEST, release=2))
    rows = {(one.incident, one.measure, one.of): one for one in compare(before, after)}
    assert rows["kt-2014", "people", ""] == Difference("kt-2014", "people", "", 21, 21)
    new = rows["kt-2012", "people", ""]
    assert (new.before, new.after, new.by) == (None, 21, 21)
    assert not any(measure.startswith("change") for _, measure, _ in rows)


def test_what_only_one_ledger_says_is_not_compared() -> None:
    before, after = (
        (Figure("a", "people", "", 1),),
        (
            Figure("a", "people", "", 2),
            Figure("a", "people-by-item", "name", 2),
        ),
    )
    assert [one.measure for one in compare(before, after)] == ["people"]
    rows = compare((*before, Figure("a", "people-by-item", "rrn", 1)), after)
    assert {(one.of, one.by) for one in rows} == {("", 1), ("rrn", -1), ("name", 2)}


def test_tables_for_machines_say_the_same() -> None:
    rows = compare(figures_of(MANIFEST), figures_of(MANIFEST))
    text = as_csv(rows, ("incident", "measure", "of", "before", "after", "by"))
    read = list(csv.DictReader(StringIO(text)))
    assert len(read) == len(rows) == len(as_json(rows))
    assert read[0] == {key: str(value) for key, value in as_json(rows)[0].items()}


def test_bars_are_items_in_the_order_of_the_catalogue_or_questions() -> None:
    with_items = (*figures_of(MANIFEST), *people_figures(ITEMS, SETS))
    picture = picture_of(with_items, 1, "ko")
    assert picture.labels == ["이름", "주민등록번호"]
    assert picture.series == {
        "kt-2014": {"주민등록번호": 5, "이름": 20},
        "kt-2012": {"이름": 3},
    }
    assert picture_of(figures_of(MANIFEST), 1, "en").labels == [
        "name+birth_date+phone",
        "name+customer_number",
    ]
    both = picture_of_both(compare(with_items, with_items), 1, 2, "en")
    assert list(both.series) == ["Release 1", "Release 2"]
    assert both.labels == [
        "kt-2012: Name",
        "kt-2014: Name",
        "kt-2014: Resident registration number",
    ]


def test_every_measure_has_words_in_both_languages() -> None:
    for measure in MEASURES:
        assert measure_words(measure, "ko") != measure_words(measure, "en")
    assert of_words("rrn", "ko") == "주민등록번호"
    assert of_words("no-lookup", "ko") == "no-lookup"
