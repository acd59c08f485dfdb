"""What the public pages say, in both languages."""

import html
import json
import re
from pathlib import Path

import pytest

from breachdesk.incident import ITEMS, load
from breachdesk.portal._fields import FIELDS
from breachdesk.release import cosign
from tests.factories.pages import EXAMPLE, make_folder, service_document, visit
from tests.factories.releases import LOOKUPS, PUBLISHED, Service, build_release

LANGUAGES = ("ko", "en")
PAGES = ("", "help/", "how/", "releases/", "privacy/", "contact/")
INCIDENT = load(EXAMPLE)


def _text(folder: Path, path: str) -> str:
    return html.unescape(visit(folder, path).text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_page_is_there_with_one_heading_and_its_language(
    folder: Path, language: str, page: str
) -> None:
    answer = visit(folder, f"/{language}/{page}")
    assert answer.status == 200
    assert f'<html lang="{language}">' in answer.text
    assert len(re.findall(r"<h1(?! id=)", answer.text)) == 1


@pytest.mark.parametrize(("language", "word"), [("ko", "유출되었습니다"), ("en", "leaked")])
def test_home_says_first_that_it_was_leaked_and_then_lets_one_check(
    folder: Path, language: str, word: str
) -> None:
    text = _text(folder, f"/{language}/")
    first = text.index('<p class="lead">')
    assert word in text[first : text.index("</p>", first)]
    assert first < text.index('<form id="form"') < text.index('id="story"')


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_names_what_leaked_and_the_ways_without_the_web(folder: Path, language: str) -> None:
    text = _text(folder, f"/{language}/")
    for code in INCIDENT.items:
        assert ITEMS[code].label.in_language(language) in text
    for contact in INCIDENT.contacts:
        assert contact.value.in_language(language) in text


def test_the_form_can_send_nothing(folder: Path) -> None:
    text = visit(folder, "/ko/").text
    form = text[text.index('<form id="form"') : text.index("</form>")]
    assert 'method="dialog"' in form
    assert "action=" not in form
    assert set(re.findall(r"<input[^>]*\sname=[^>]*", form)) == set(
        re.findall(r'<input type="radio" name="question"[^>]*', form)
    )
    for field in re.findall(r'<input id="field[^>]*>', form):
        assert 'autocomplete="off"' in field
        assert 'spellcheck="false"' in field


def test_the_form_is_hidden_until_the_script_shows_it(folder: Path) -> None:
    text = visit(folder, "/ko/").text
    assert re.search(r'<form id="form"[^>]* hidden>', text)
    noscript = text[text.index("<noscript>") : text.index("</noscript>")]
    assert INCIDENT.contacts[0].value.ko in html.unescape(noscript)


def test_only_questions_of_the_release_are_offered(folder: Path) -> None:
    offered = re.findall(
        r'type="radio" name="question" value="([^"]+)"', visit(folder, "/ko/").text
    )
    assert offered == [lookup.id for lookup in LOOKUPS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_field_has_words_for_each_reason(folder: Path, language: str) -> None:
    text = visit(folder, f"/{language}/").text
    for name in ("name", "birth_date", "phone", "customer_number"):
        for reason in FIELDS[name].reasons:
            assert re.search(rf'data-error="{name} {reason}">[^<]+<', text), (name, reason)


def test_reasons_are_those_of_the_protocol() -> None:
    vectors = Path(__file__).parents[3] / "spec" / "vectors" / "fields.json"
    bad = json.loads(vectors.read_text("utf-8"))["bad"]
    assert bad
    for vector in bad:
        if vector["field"] in FIELDS:
            assert vector["reason"] in FIELDS[vector["field"]].reasons, vector["name"]


def test_all_advice_comes_with_the_first_load(folder: Path) -> None:
    text = _text(folder, "/ko/")
    for code in INCIDENT.items:
        assert f'data-item="{code}"' in text
        for step in ITEMS[code].advice:
            assert step.text.ko in text


def test_the_service_document_is_in_the_page_for_the_script(folder: Path) -> None:
    text = visit(folder, "/ko/").text
    found = re.search(r'<script id="service" type="application/json">(.*?)</script>', text)
    assert found is not None
    assert json.loads(found[1]) == json.loads(service_document())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_state_is_in_the_page_and_hidden(folder: Path, language: str) -> None:
    text = visit(folder, f"/{language}/").text
    for state in ("working", "included", "not-found", "unverifiable"):
        assert re.search(rf'data-state="{state}"[^>]* hidden>', text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_has_every_leaked_item_and_every_route(folder: Path, language: str) -> None:
    text = _text(folder, f"/{language}/help/")
    for code in INCIDENT.items:
        assert ITEMS[code].advice[0].text.in_language(language) in text
    for route in INCIDENT.help.values():
        assert route.where.in_language(language) in text


def test_history_has_every_release_with_its_day_people_and_fingerprints(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "releases", releases=2).folder
    text = _text(folder, "/en/releases/")
    assert text.index("Release 2") < text.index("Release 1")
    assert "13 January 1970" in text
    assert "12 January 1970" in text
    assert build_release(1).manifest.buckets.root.hex() in text
    assert build_release(2).manifest.buckets.root.hex() in text
    assert text.count("In use now") == 1


@pytest.mark.parametrize(
    ("language", "word"), [("ko", "아직 확인하실 수"), ("en", "cannot check yet")]
)
def test_before_the_first_release_the_page_says_so(
    tmp_path: Path, language: str, word: str
) -> None:
    folder = make_folder(tmp_path / "releases", releases=0).folder
    text = _text(folder, f"/{language}/")
    assert word in text
    assert "<form" not in text
    assert visit(folder, f"/{language}/releases/").status == 200
    assert visit(folder, f"/{language}/how/").status == 200


def test_the_hash_of_the_script_is_shown(folder: Path) -> None:
    assert "ab" * 32 in visit(folder, "/ko/how/").text
    assert "ab" * 8 in visit(folder, "/ko/").text


NOBODY = {
    "ko": "저희와 상관없는 증인은 아직 이 자료에 서명하지 않았습니다.",
    "en": "Nobody independent of us has witnessed this release.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_who_witnessed_or_plainly_that_nobody_did(tmp_path: Path, language: str) -> None:
    store = make_folder(tmp_path / "releases")
    witness = Service().witness
    for page in ("how/", "releases/"):
        assert NOBODY[language] in _text(store.folder, f"/{language}/{page}")
    with store.changing_checkpoint():
        store.replace_checkpoint(cosign(store.read("checkpoint"), witness, PUBLISHED + 60))
    for page in ("how/", "releases/"):
        text = _text(store.folder, f"/{language}/{page}")
        assert NOBODY[language] not in text
        assert f"<li>{witness.name}" in text
        assert "22:47" in text
    assert witness.vkey.text in _text(store.folder, f"/{language}/how/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_have_words_for_a_release_that_nobody_witnessed(
    folder: Path, language: str
) -> None:
    text = _text(folder, f"/{language}/")
    assert text.count(f'data-part="unwitnessed" hidden>{NOBODY[language]}<') == 2
    assert text.count('data-slot="witnesses"') == 2


@pytest.mark.parametrize("page", ["", "releases/"])
def test_the_register_is_linked_where_there_is_a_desk(folder: Path, page: str) -> None:
    from django.test import override_settings  # noqa: PLC0415 (needs Django)

    assert "/incident/" not in visit(folder, f"/ko/{page}").text
    with override_settings(DESK_URL="https://report.example.org"):
        assert 'href="https://report.example.org/ko/incident/"' in _text(folder, f"/ko/{page}")
