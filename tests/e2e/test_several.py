"""Two incidents and one question; two evaluators, of which one fails or lies."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.check_page import BY_PHONE, LANGUAGES, CheckPage, item_labels
from tests.e2e.conftest import BUILT, PATIENCE_MILLISECONDS
from tests.e2e.recording_proxy import CUT, Lie, Reply, Request
from tests.e2e.several_service import (
    FIRST,
    IN_BOTH,
    IN_NONE,
    IN_SECOND,
    ONLY_IN,
    SECOND,
    TITLES,
    SeveralService,
)

EVALUATE = "/v1/evaluate/"


@pytest.fixture(scope="module")
def several(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeveralService]:
    """Built once, and running."""
    assert chromium.exists()
    assert BUILT.exists(), "the page's scripts are not built: run `make bundle`"
    service = SeveralService(tmp_path_factory.mktemp("several"))
    try:
        service.build_both()
        service.start_both()
        yield service
    finally:
        service.stop_both()
    shutil.rmtree(service.folder)


@pytest.fixture(params=LANGUAGES)
def page(
    request: pytest.FixtureRequest, browser: Browser, several: SeveralService
) -> Iterator[CheckPage]:
    """The check page in each language, in a browser that has never been here."""
    for proxy in (several.pages, several.check, several.peer):
        proxy.forget()
    context = browser.new_context(locale="ko-KR")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield CheckPage(context.new_page(), several.pages.url, request.param).open()
    context.close()


def test_the_answer_shows_each_incident_by_itself(page: CheckPage) -> None:
    titles = TITLES[page.language]
    intro = page.page.locator("#intro")
    for title in titles.values():
        expect(intro.get_by_role("link", name=title, exact=True)).to_be_visible()
    assert page.ask(BY_PHONE, IN_BOTH.fields) == "included"
    section = page.section("included")
    blocks = section.locator(".found")
    expect(blocks).to_have_count(2)
    shown = dict(zip((FIRST, SECOND), blocks.all(), strict=True))
    for incident, block in shown.items():
        expect(block.get_by_role("heading", name=titles[incident], exact=True)).to_be_visible()
        expected = item_labels((*IN_BOTH.items, ONLY_IN[incident]), page.language)
        assert set(block.locator(".items li").all_inner_texts()) == expected
        year = "2013" if incident == FIRST else "2012"
        expect(block.locator(".lead:visible")).to_contain_text(year)
    expect(section.locator("[data-elsewhere]:visible")).to_have_count(0)
    steps = section.locator(".task-step:visible").all_inner_texts()
    more = section.locator(".tasks details li").all_text_contents()
    assert len({*steps, *more}) == len(steps) + len(more)


def test_the_items_of_both_go_to_the_desk_once(page: CheckPage, several: SeveralService) -> None:
    assert page.ask(BY_PHONE, IN_BOTH.fields) == "included"
    page.section("included").locator("#hand button").click()
    page.page.wait_for_url(f"http://127.0.0.1:{several.desk_port}/{page.language}/report/")
    handed = [one.get_attribute("value") for one in page.page.locator('[name="items"]').all()]
    assert sorted(filter(None, handed)) == sorted((*IN_BOTH.items, *ONLY_IN.values()))


def test_who_is_in_one_of_two_learns_that_it_is_the_one(page: CheckPage) -> None:
    assert page.ask(BY_PHONE, IN_SECOND.fields) == "included"
    section = page.section("included")
    titles = TITLES[page.language]
    (block,) = section.locator(".found").all()
    expect(block.get_by_role("heading", name=titles[SECOND], exact=True)).to_be_visible()
    expect(section.locator("[data-elsewhere]:visible")).to_contain_text([titles[FIRST]])


def test_who_is_in_none_is_told_what_each_covers(page: CheckPage) -> None:
    assert page.ask(BY_PHONE, IN_NONE.fields) == "not-found"
    section = page.section("not-found")
    for incident, title in TITLES[page.language].items():
        block = section.locator(f'[data-cover="{incident}"]')
        expect(block).to_contain_text(title)
        which = "missing-none" if incident == FIRST else "missing"
        expect(block.locator(f'[data-when="{which}"]')).to_be_visible()


def altered(place: int) -> Lie:
    """One bit of an evaluation."""

    def lie(request: Request, ask: Callable[[], Reply]) -> Reply:
        reply = ask()
        if EVALUATE not in request.path or reply.status != 200 or request.method == "OPTIONS":
            return reply
        assert reply.body is not None
        changed = bytearray(reply.body)
        changed[place] ^= 1
        return replace(reply, body=bytes(changed))

    return lie


@pytest.mark.parametrize("reason", ["proof", "network"])
def test_the_evaluator_that_fails_is_named(
    page: CheckPage, several: SeveralService, reason: str
) -> None:
    several.peer.lie = altered(95) if reason == "proof" else lambda _request, _ask: CUT
    assert page.ask(BY_PHONE, IN_BOTH.fields) == "unverifiable"
    assert page.why() == reason
    expect(page.section("unverifiable")).to_contain_text(several.peer_name)
    several.peer.lie = None
    page.press("again")
    assert page.answer() == "included"


def test_an_older_list_than_before_is_no_answer(page: CheckPage, several: SeveralService) -> None:
    """The list of release 1 is signed, and fresh: only who saw release 2 knows that it is old."""
    old = (several.releases / "releases/000001/checkpoint").read_bytes()

    def lie(request: Request, ask: Callable[[], Reply]) -> Reply:
        reply = ask()
        return replace(reply, body=old) if request.path.endswith("/v1/checkpoint") else reply

    several.check.lie = lie
    assert page.ask(BY_PHONE, IN_SECOND.fields) == "not-found"
    several.check.lie = None
    page.press("another")
    assert page.ask(BY_PHONE, IN_SECOND.fields) == "included"
    several.check.lie = lie
    page.press("another")
    assert page.ask(BY_PHONE, IN_SECOND.fields) == "unverifiable"
    assert page.why() == "rollback"


def test_an_evaluator_that_was_killed_is_named(browser: Browser, several: SeveralService) -> None:
    several.kill_evaluator()
    context = browser.new_context()
    page = CheckPage(context.new_page(), several.pages.url, "ko").open()
    assert page.ask(BY_PHONE, IN_BOTH.fields) == "unverifiable"
    assert page.why() == "network"
    expect(page.section("unverifiable")).to_contain_text(several.peer_name)
    context.close()
