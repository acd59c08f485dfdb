"""Pages of releases that hold two incidents, that changed, and that were retired."""

import html
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from breachdesk.release import Change, Store
from tests.factories.pages import EXAMPLE, visit
from tests.factories.releases import (
    PUBLISHED,
    Build,
    Service,
    build_release,
    bury,
    publish_entry,
    with_incident,
)

SERVICE = Service()
DAY = 86_400
FIRST, SECOND = "KT 고객정보 유출", "KT 2012년 고객정보 유출"
SECOND_FILE = Path(__file__).parents[3] / "examples/kt-2012/incident.toml"
ADDED = Change("kt-2014", "added", date(2014, 4, 3), 12, 1)


def _of_two(number: int, *changes: Change) -> Build:
    build = build_release(number)
    manifest = with_incident(build.manifest, "kt-2012", 8)
    return replace(build, manifest=replace(manifest, changes=changes or manifest.changes))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One release of two incidents."""
    store = Store(tmp_path / "releases")
    publish_entry(store, SERVICE, _of_two(1))
    store.incident_texts.write("kt-2014", EXAMPLE.read_text("utf-8"))
    store.incident_texts.write("kt-2012", SECOND_FILE.read_text("utf-8"))
    return store


def _text(store: Store, path: str) -> str:
    found = visit(store.folder, path)
    assert found.status == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", found.text)))


def test_home_names_all_incidents_and_tells_each_story(store: Store) -> None:
    text = _text(store, "/ko/")
    assert "KT 고객정보 유출 2건" in text
    assert text.count(FIRST) > 2
    assert text.count(SECOND) > 2
    assert "870만 명" in text
    assert "9,818,074명" in text
    page = visit(store.folder, "/ko/").text
    for incident in ("kt-2012", "kt-2014"):
        for block in ("data-found", "data-elsewhere", "data-cover"):
            assert f'{block}="{incident}"' in page
        assert page.count(f'id="happened-{incident}"') == 1


def test_a_way_to_ask_that_both_incidents_have_is_shown_once(store: Store) -> None:
    page = visit(store.folder, "/en/contact/").text
    assert page.count("Centre for damage reports") == 1


def test_an_incident_that_the_release_does_not_hold_is_not_told(store: Store) -> None:
    other = SECOND_FILE.read_text("utf-8").replace('"kt-2012"', '"kt-2010"')
    store.incident_texts.write("kt-2010", other.replace("number = 2", "number = 9"))
    assert 'data-cover="kt-2010"' not in visit(store.folder, "/ko/").text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "2014년 4월 3일에 기록 12건을 더했습니다. 전에 없던 사람은 1명입니다."),
        (
            "en",
            "12 records added on 3 April 2014, with 1 person who was not in it before.",
        ),
    ],
)
def test_the_history_says_in_words_what_changed(store: Store, language: str, said: str) -> None:
    publish_entry(store, SERVICE, _of_two(2, ADDED), PUBLISHED + DAY)
    text = _text(store, f"/{language}/releases/")
    assert said in text
    unchanged = {
        "ko": "이번 자료에서 달라진 것이 없습니다.",
        "en": "Nothing of this changed in this release.",
    }
    assert text.count(unchanged[language]) == 1
    first = {
        "ko": "21명의 기록 21건을 처음 공개했습니다.",
        "en": "21 records of 21 people released for the first",
    }
    assert text.count(first[language]) == 2


def test_the_history_says_whom_a_question_cannot_find_and_why(store: Store) -> None:
    text = _text(store, "/en/releases/")
    assert "20 of 21 people" in text
    assert "It cannot find 1 row with no phone number." in text
    assert "1 row that does not fit the columns of its file" in text
    assert "1 row with too little in it to be found by any question" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("kt-2014", "first", date(2014, 4, 3), 1, 1), "1 record of 1 person released"),
        (
            Change("kt-2014", "added", date(2014, 4, 3), 1, 0),
            "1 record added on 3 April 2014, with nobody",
        ),
        (Change("kt-2014", "replaced", date(2014, 4, 3), 2, 1), "2 records of 1 person."),
        (
            Change("kt-2014", "reread", date(2014, 4, 3), 2, 2),
            "2 records that could not be read before were",
        ),
        (
            Change("kt-2010", "retired", date(2014, 4, 3), 300_122, 291_007),
            "300,122 records of 291,007 people.",
        ),
    ],
)
def test_every_change_has_words(store: Store, change: Change, said: str) -> None:
    publish_entry(store, SERVICE, _of_two(2, change), PUBLISHED + DAY)
    assert said in _text(store, "/en/releases/")
    assert f"{change.records:,}건" in _text(store, "/ko/releases/")


def test_one_of_two_retired_is_told_and_no_longer_asked_about(store: Store) -> None:
    bury(store, SERVICE, "kt-2012", PUBLISHED + DAY)
    page = visit(store.folder, "/ko/").text
    assert 'data-cover="kt-2014"' in page
    assert 'data-cover="kt-2012"' not in page
    history = _text(store, "/ko/releases/")
    assert history.index(SECOND) < history.index("보관 기간이 끝났습니다.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "이제 여기에서 확인하실 것이 없습니다."),
        ("en", "Nothing can be checked here any more."),
    ],
)
def test_all_retired_is_a_calm_page(store: Store, language: str, said: str) -> None:
    bury(store, SERVICE, "kt-2012", PUBLISHED + DAY)
    bury(store, SERVICE, "kt-2014", PUBLISHED + 2 * DAY)
    page = visit(store.folder, f"/{language}/").text
    text = _text(store, f"/{language}/")
    assert said in text
    assert "<form" not in page
    reason = {"ko": "보관 기간이 끝났습니다.", "en": "It has been kept long enough."}
    assert text.count(reason[language]) == 2
    for path in ("help/", "how/", "releases/", "privacy/", "contact/"):
        assert visit(store.folder, f"/{language}/{path}").status == 200


def test_an_epoch_that_ended_has_a_name(store: Store) -> None:
    bury(store, SERVICE, "epoch-1", PUBLISHED + DAY)
    assert "Key epoch 1" in _text(store, "/en/releases/")
