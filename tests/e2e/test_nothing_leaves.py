"""Nothing that was typed leaves the browser or stays anywhere, in any form.

The browser of these tests reaches the world only through a recording proxy, so that whatever it
sends, to whomever, is kept to the byte. The service has a folder for all that it writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.check_page import BY_NUMBER, BY_PHONE, LANGUAGES, LOOKUPS, CheckPage
from tests.e2e.forms_of import forms_of, occurring
from tests.e2e.recording_proxy import Proxy
from tests.e2e.running_service import CANARY, CANARY_ABSENT, Person, Service

CANARIES = (CANARY, CANARY_ABSENT)

#: Chromium asks its maker what kinds of fields a form has, by a hash of the form's markup and not
#: of what is typed. No page can forbid it. Here the proxy refuses the connection.
_OF_THE_BROWSER = {("CONNECT", "content-autofill.googleapis.com")}

_STORED = """async () => JSON.stringify({
  address: location.href, title: document.title, state: history.state, name: window.name,
  local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie,
  databases: await indexedDB.databases(), caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    """The one that has autofill and the like, which could keep or send what was typed."""
    return whole_browser


@contextmanager
def through_one_proxy(browser: Browser) -> Iterator[tuple[Page, Proxy]]:
    """A page whose browser context sends everything, loopback too, through one recording proxy."""
    world = Proxy().start()
    context = browser.new_context(proxy={"server": world.url, "bypass": "<-loopback>"})
    try:
        yield context.new_page(), world
    finally:
        context.close()
        world.stop()


def ask_everything(page: Page, service: Service, folder: Path) -> None:
    """Both canaries, both questions, both languages; a wrong field first; the proof is saved."""
    for language in LANGUAGES:
        check_page = CheckPage(page, service.pages.url, language).open()
        for person in CANARIES:
            check_page.fill(BY_PHONE, {**person.fields, "phone": f"{person.fields['phone']}0000"})
            check_page.submit.click()
            for lookup in LOOKUPS:
                kind = "included" if person.included else "not-found"
                assert check_page.ask(lookup, person.fields) == kind
                with page.expect_download() as download:
                    check_page.press("save")
                download.value.save_as(folder / "proof.json")
                check_page.press("another")
        page.get_by_role("navigation").get_by_role("link").last.click()
        page.wait_for_load_state()
        page.go_back()


def test_no_form_of_what_was_typed_leaves_the_browser(
    browser: Browser, service: Service, tmp_path: Path
) -> None:
    service.check.forget()
    service.pages.forget()
    with through_one_proxy(browser) as (page, world):
        seen: list[bytes] = []
        page.on("request", lambda request: seen.append(request.url.encode()))
        page.on("request", lambda request: seen.append(request.post_data_buffer or b""))
        ask_everything(page, service, tmp_path)
        stored: str = page.evaluate(_STORED)
        cookies = page.context.cookies()
    sent = [*world.sent, *service.pages.sent, *service.check.sent]
    bodies = [request.body for request in service.check.sent if request.body]
    assert len(bodies) == 8
    assert {len(body) for body in bodies} == {32}
    assert len(set(bodies)) == len(bodies), "one question asked twice looks the same"
    assert _elsewhere(world) <= _OF_THE_BROWSER
    assert cookies == []
    for person in CANARIES:
        forms = forms_of(person, LOOKUPS)
        for data in [*(request.raw for request in sent), *seen, stored.encode()]:
            assert occurring(forms, data) == []
    _forms_would_be_found((tmp_path / "proof.json").read_bytes())


def _elsewhere(world: Proxy) -> set[tuple[str, str]]:
    """What was sent to others than this machine: method and host."""
    found = {(one.method, one.headers()["host"].rpartition(":")[0]) for one in world.sent}
    return {(method, host) for method, host in found if host != "127.0.0.1"}


def _forms_would_be_found(proof: bytes) -> None:
    """The saved proof does hold what was typed: the search that found nothing elsewhere works."""
    assert occurring(forms_of(CANARY_ABSENT, LOOKUPS), proof) != []


@pytest.mark.parametrize("person", CANARIES, ids=("included", "absent"))
def test_nothing_typed_is_kept_in_the_browser(
    browser: Browser, service: Service, person: Person
) -> None:
    context = browser.new_context()
    try:
        check_page = CheckPage(context.new_page(), service.pages.url, "ko").open()
        before: str = check_page.page.evaluate(_STORED)
        check_page.ask(BY_NUMBER, person.fields)
        assert check_page.page.evaluate(_STORED) == before
        length: int = check_page.page.evaluate("history.length")
        assert length <= 2
        assert context.cookies() == []
        state = context.storage_state(indexed_db=True)
        assert (state["cookies"], state["origins"]) == ([], [])
        check_page.page.goto(f"{service.pages.url}/ko/how/")
        check_page.page.go_back()
        for name in BY_NUMBER:
            assert check_page.page.locator(f"#field-{name}").input_value() == ""
    finally:
        context.close()


def test_hit_and_miss_cause_the_same_requests(browser: Browser, service: Service) -> None:
    for lookup in LOOKUPS:
        hit, miss = (_requests_of(browser, service, one, lookup) for one in CANARIES)
        assert hit == miss
        assert len(hit) >= 4


def _requests_of(
    browser: Browser, service: Service, person: Person, lookup: tuple[str, ...]
) -> list[tuple[object, ...]]:
    """Each request of a first check: address but for the bucket's number, bytes up, bytes down."""
    context = browser.new_context()
    check_page = CheckPage(context.new_page(), service.pages.url, "en").open()
    service.check.forget()
    kind = check_page.ask(lookup, person.fields)
    assert kind == ("included" if person.included else "not-found")
    check_page.page.wait_for_timeout(500)
    found = [
        (
            one.request.method,
            one.request.path if "/buckets/" not in one.request.path else one.request.path[:-8],
            sorted(one.request.headers()),
            len(one.request.head),
            len(one.request.body),
            one.reply.status,
            len(one.reply.encode()),
        )
        for one in service.check.exchanges
    ]
    context.close()
    return sorted(found, key=repr)


def test_nothing_that_the_service_holds_names_who_asked(
    browser: Browser, chromium: Path, tmp_path: Path
) -> None:
    """A service of its own, asked, then ended: its words, its releases and its leftovers."""
    assert chromium.exists()
    service = Service(tmp_path / "service")
    service.folder.mkdir()
    service.build(records=200)
    service.start()
    try:
        with through_one_proxy(browser) as (page, _world):
            ask_everything(page, service, tmp_path)
            page.goto(f"{service.pages.url}/no/such/page")
    finally:
        assert service.stop() == 0
    held = [path for path in _held(service) if path.is_file()]
    assert service.output in held
    assert any(path.is_relative_to(service.releases) for path in held)
    for person in CANARIES:
        forms = forms_of(person, LOOKUPS)
        for path in held:
            assert occurring(forms, path.read_bytes()) == [], path.relative_to(service.folder)


def _held(service: Service) -> Iterator[Path]:
    """All but the leak itself, which the operator has anyway."""
    yield service.output
    for folder in (service.releases, service.temporary, service.keys):
        yield from folder.rglob("*")
