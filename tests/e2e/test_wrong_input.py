"""Wrong input is told at its field, before anything is sent."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.check_page import BY_PHONE, CheckPage
from tests.e2e.running_service import CANARY, Service

CASES = (
    ("name", "  ", "empty-name"),
    ("birth_date", "1989-02-30", "bad-birth_date"),
    ("phone", "010-12", "bad-phone"),
)


@pytest.mark.parametrize(("field", "text", "words"), CASES, ids=[case[0] for case in CASES])
def test_a_field_says_what_to_do_and_nothing_is_sent(
    check_page: CheckPage, service: Service, field: str, text: str, words: str
) -> None:
    check_page.fill(BY_PHONE, {**CANARY.fields, field: text})
    service.pages.forget()
    check_page.submit.click()

    wrong = check_page.field(field)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(_contains(check_page.words[words]))
    summary = check_page.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(check_page.words["nothing-sent"])
    for other in set(BY_PHONE) - {field}:
        expect(check_page.field(other)).to_have_value(CANARY.fields[other])
        expect(check_page.field(other)).not_to_have_attribute("aria-invalid", "true")
    assert service.check.sent == []
    assert service.pages.sent == []

    summary.get_by_role("link", name=check_page.words[words]).click()
    expect(wrong).to_be_focused()
    wrong.fill(CANARY.fields[field])
    check_page.submit.click()
    assert check_page.answer() == "included"
    assert service.check.sent != []


def test_every_wrong_field_is_told_at_once(check_page: CheckPage, service: Service) -> None:
    check_page.fill(BY_PHONE, {"name": "", "birth_date": "1989-02-30", "phone": "010-12"})
    check_page.submit.click()
    summary = check_page.page.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_text(
        [check_page.words[words] for _field, _text, words in CASES]
    )
    assert service.check.sent == []


def _contains(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))
