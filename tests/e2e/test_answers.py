"""The three answers, each in its own words, for people of the answers file."""

import pytest
from playwright.sync_api import expect

from tests.e2e.check_page import ANSWERS, BY_PHONE, LOOKUPS, CheckPage, item_labels
from tests.e2e.recording_proxy import CUT
from tests.e2e.running_service import CANARY, CANARY_ABSENT, Service

PEOPLE = 4


@pytest.mark.parametrize("lookup", LOOKUPS, ids="+".join)
def test_who_is_in_the_leak_learns_which_items(
    check_page: CheckPage, service: Service, lookup: tuple[str, ...]
) -> None:
    for person in [*service.some(included=True, fields=lookup, count=PEOPLE), CANARY]:
        assert check_page.ask(lookup, person.fields) == "included"
        assert check_page.shown_items() == item_labels(person.items, check_page.language)
        expect(check_page.section("included")).to_contain_text(check_page.words["apology"])
        check_page.press("another")


@pytest.mark.parametrize("lookup", LOOKUPS, ids="+".join)
def test_who_is_not_in_it_is_told_what_that_covers(
    check_page: CheckPage, service: Service, lookup: tuple[str, ...]
) -> None:
    for person in [*service.some(included=False, fields=lookup, count=PEOPLE), CANARY_ABSENT]:
        assert check_page.ask(lookup, person.fields) == "not-found"
        covers = check_page.section("not-found")
        expect(covers).to_contain_text("1,678")
        expect(covers.locator('[data-do="ask"]:visible')).to_have_count(1)
        check_page.press("another")


def test_another_question_of_the_answer_leads_back_with_what_was_typed(
    check_page: CheckPage, service: Service
) -> None:
    (person,) = service.some(included=False, fields=("customer_number", *BY_PHONE), count=1)
    assert check_page.ask(BY_PHONE, person.fields) == "not-found"
    check_page.section("not-found").locator('[data-do="ask"]:visible').click()
    expect(check_page.field("name")).to_have_value(person.fields["name"])
    check_page.field("customer_number").fill(person.fields["customer_number"])
    check_page.submit.click()
    assert check_page.answer() == "not-found"


def test_without_the_service_it_could_not_be_checked(
    check_page: CheckPage, service: Service
) -> None:
    service.check.lie = lambda _request, _ask: CUT
    assert check_page.ask(BY_PHONE, CANARY.fields) == "unverifiable"
    section = check_page.section("unverifiable")
    expect(section).to_contain_text(check_page.words["not-safe"])
    assert check_page.why() == "network"
    expect(section.locator(".routes, address, dl, ul").first).to_be_visible()
    service.check.lie = None
    check_page.press("again")
    assert check_page.answer() == "included"


def test_one_answer_is_shown_at_a_time(check_page: CheckPage) -> None:
    for fields in (CANARY.fields, CANARY_ABSENT.fields, CANARY.fields):
        kind = check_page.ask(BY_PHONE, fields)
        for other in set(ANSWERS) - {kind}:
            expect(check_page.heading(other)).to_be_hidden()
        check_page.press("another")
