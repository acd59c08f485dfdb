"""What leaves in the code flow: address and code, to the channel service only, in two requests."""

import json
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the library has no types
from playwright.sync_api import Browser, Page, expect

from tests.e2e.check_page import CheckPage
from tests.e2e.code_service import CodeService, another
from tests.e2e.forms_of import forms_of, occurring
from tests.e2e.recording_proxy import CUT, Proxy, Request
from tests.e2e.running_service import CANARY_ABSENT, Person

_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_OF_THE_BROWSER = {("CONNECT", "content-autofill.googleapis.com")}
_KEPT = """async () => JSON.stringify({
  address: location.href, title: document.title, state: history.state, name: window.name,
  local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie,
  databases: await indexedDB.databases(), caches: await caches.keys(),
})"""

STRANGER = Person(
    included=False,
    fields={
        "name": "Wqyzox Ptaře",
        "birth_date": "1943/10/30",
        "phone": "010 8372-9164",
        "email": "xqzw.7183@canary-mail.example",
    },
    items=(),
)


def _only(person: Person, *names: str) -> Person:
    return Person(person.included, {name: person.fields[name] for name in names}, ())


def _through_world(browser: Browser) -> Iterator[tuple[Page, Proxy]]:
    world = Proxy().start()
    context = browser.new_context(proxy={"server": world.url, "bypass": "<-loopback>"})
    yield context.new_page(), world
    context.close()
    world.stop()


@pytest.fixture
def through_world(whole_browser: Browser) -> Iterator[tuple[Page, Proxy]]:
    yield from _through_world(whole_browser)


def test_address_and_code_leave_in_two_requests_and_nothing_else_does(
    coded: CodeService, through_world: tuple[Page, Proxy]
) -> None:
    page, world = through_world
    service = coded.service
    for proxy in (service.pages, service.check, service.channel):
        proxy.forget()
    check_page = CheckPage(page, service.pages.url, "en").open()
    before: str = page.evaluate(_KEPT)
    check_page.ask_for_code("phone", STRANGER.fields)
    code = coded.texted(STRANGER.fields["phone"])
    check_page.type_code(code)
    assert check_page.answer() == "not-found"
    assert page.evaluate(_KEPT) == before
    length: int = page.evaluate("history.length")
    assert length <= 2

    told = [one for one in service.channel.sent if one.method == "POST"]
    assert [one.path for one in told] == ["/v1/channel/ask", "/v1/channel/token"]
    assert set(json.loads(told[0].body)) == {"type", "address", "language"}
    assert set(json.loads(told[1].body)) == {"type", "address", "ticket", "code"}
    everything = [*world.sent, *service.pages.sent, *service.check.sent, *service.channel.sent]
    never = forms_of(_only(STRANGER, "name", "birth_date"), (("name", "birth_date"),))
    for one in everything:
        assert occurring(never, one.raw) == []
    _rest_says_nothing(everything, forms_of(_only(STRANGER, "phone"), (("phone",),)), code)
    for one in told:
        # The search would find it: this is where it does leave, once each, in clear.
        assert b"+821083729164" in one.body
    assert _elsewhere(world) <= _OF_THE_BROWSER


def _rest_says_nothing(sent: list[Request], address: frozenset[bytes], code: str) -> None:
    rest = [one for one in sent if "/v1/channel/" not in one.target or one.method != "POST"]
    assert len(rest) >= 8
    for one in rest:
        assert occurring(address, one.raw) == [], one.target
        assert code.encode() not in one.raw
    for one in sent:
        # Nor in an address or a header, even of those two.
        assert occurring(address, one.head) == []
        assert code.encode() not in one.head


def _elsewhere(world: Proxy) -> set[tuple[str, str]]:
    found = {(one.method, one.headers()["host"].rpartition(":")[0]) for one in world.sent}
    return {(method, host) for method, host in found if host != "127.0.0.1"}


def test_hit_and_miss_cause_the_same_requests_of_the_same_sizes(
    browser: Browser, coded: CodeService
) -> None:
    """The same person's phone; once with the name that is on file, once with another as long."""
    fields = ("name", "birth_date", "phone", "email")
    person = next(
        one
        for one in coded.service.some(included=True, fields=fields, count=60)[30:]
        if "email" in one.items
    )
    miss = Person(False, {**person.fields, "birth_date": "1901-01-01"}, ())
    shapes = [_requests_of(browser, coded, one) for one in (person, miss)]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) >= 8


def _requests_of(browser: Browser, coded: CodeService, person: Person) -> list[tuple[object, ...]]:
    """Each request: address but for the bucket's number, bytes of head and body, bytes back."""
    service = coded.service
    context = browser.new_context()
    check_page = CheckPage(context.new_page(), service.pages.url, "en").open()
    coded.mailbox.envelopes.clear()
    for proxy in (service.check, service.channel):
        proxy.forget()
    check_page.ask_for_code("email", person.fields)
    check_page.type_code(coded.mailed(person.fields["email"]))
    assert check_page.answer() == ("included" if person.included else "not-found")
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
        for proxy in (service.check, service.channel)
        for one in proxy.exchanges
    ]
    context.close()
    return sorted(found, key=repr)


def test_whoever_leaves_the_page_leaves_nothing_on_it(
    coded: CodeService, code_page: CheckPage
) -> None:
    page = code_page.page
    fields = {**CANARY_ABSENT.fields, "email": f"left.{code_page.language}@canary.example"}
    code_page.ask_for_code("email", fields)
    code = coded.mailed(fields["email"])
    code_page.field("code").fill(code)
    page.goto(f"{code_page.origin}/{code_page.language}/how/")
    page.go_back()
    expect(code_page.heading("type-code")).to_be_hidden()
    for name in ("name", "birth_date", "email", "code"):
        assert page.locator(f"#field-{name}").input_value() == ""
    assert fields["email"] not in page.content()
    assert code not in page.content()


def _states(
    coded: CodeService, code_page: CheckPage, mailbox: str, look: Callable[[str], None]
) -> None:
    """Each new state, and a look at it."""
    fields = {**CANARY_ABSENT.fields, "email": mailbox}
    page = code_page.page
    for way in ("letter", "email"):
        code_page.fill_for_code(way, {**fields, "letter_code": "0"})
        look(f"the form, {way}")
    code_page.field("email").fill("nobody")
    code_page.press("ask")
    look("a wrong address")
    code_page.field("email").fill(mailbox)
    code_page.press("ask")
    expect(code_page.heading("type-code")).to_be_focused(timeout=45_000)
    look("the code")
    code = coded.mailed(mailbox)
    code_page.type_code(another(code))
    expect(page.get_by_role("alert")).to_be_focused(timeout=45_000)
    look("a wrong code")
    page.locator("#picture summary").click()
    code_page.type_code(code)
    assert code_page.answer() == "not-found"
    look("not found")
    code_page.page.locator('[data-state="not-found"] [data-do="another"]:visible').first.click()
    look("the form again")
    coded.service.channel.lie = lambda _request, _ask: CUT
    code_page.field("email").fill(f"x{mailbox}")
    code_page.press("ask")
    assert code_page.answer() == "unverifiable"
    look("no channel service")
    coded.service.channel.lie = None


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (360, "dark"), (1280, "dark")])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    coded: CodeService, code_page: CheckPage, scheme: str, width: int
) -> None:
    page = code_page.page
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    def look(state: str) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, f"{state}: {found.generate_report()}"
        wider: int = page.evaluate(_WIDER)
        assert wider <= 0, f"{state}: {wider} px"

    mailbox = f"axe{width}.{code_page.language}@canary.example"
    _states(coded, code_page, mailbox, look)
    for path in ("how/", "privacy/", "contact/"):
        page.goto(f"{code_page.origin}/{code_page.language}/{path}")
        look(path)


_TARGETS = """() => [...document.querySelectorAll('button, .choice, input[type=text]')]
  .map(one => [one.textContent.trim() || one.id, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 44 || box.width < 44))
  .map(([name]) => name)"""


def test_what_is_pressed_is_large_enough(coded: CodeService, code_page: CheckPage) -> None:
    page = code_page.page
    page.set_viewport_size({"width": 320, "height": 640})

    def look(state: str) -> None:
        assert page.evaluate(_TARGETS) == [], state

    _states(coded, code_page, f"large.{code_page.language}@canary.example", look)


def test_the_whole_code_path_by_keyboard_alone(coded: CodeService, code_page: CheckPage) -> None:
    page = code_page.page
    mailbox = f"keys.{code_page.language}@canary.example"
    radios = page.get_by_role("radio", name=code_page.words["channel_token"])
    page.get_by_role("radio").first.focus()
    while not radios.last.is_checked():
        page.keyboard.press("ArrowDown")
    for field in ("name", "birth_date"):
        _tab_to(page, field)
        page.keyboard.insert_text(CANARY_ABSENT.fields[field])
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "email")
    page.keyboard.insert_text(mailbox)
    page.keyboard.press("Enter")
    expect(code_page.heading("type-code")).to_be_focused(timeout=45_000)
    _tab_to(page, "code")
    page.keyboard.insert_text(coded.mailed(mailbox))
    page.keyboard.press("Enter")
    assert code_page.answer() == "not-found"
    expect(code_page.heading("not-found")).to_be_focused()


def _tab_to(page: Page, field: str) -> None:
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == f"field-{field}":
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


def test_the_services_hold_no_address_and_no_code(browser: Browser, coded: CodeService) -> None:
    """What the channel service and the rest have written, once a code was asked for and used."""
    fields = {**STRANGER.fields, "email": "held.9164@canary-mail.example"}
    context = browser.new_context()
    check_page = CheckPage(context.new_page(), coded.service.pages.url, "ko").open()
    check_page.ask_for_code("email", fields)
    code = coded.mailed(fields["email"])
    check_page.type_code(code)
    assert check_page.answer() == "not-found"
    context.close()
    person = Person(False, {"email": fields["email"]}, ())
    forms = forms_of(person, (("email",),))
    held = [coded.service.output, *coded.service.folder.glob("channel*")]
    held += [*coded.service.temporary.rglob("*"), *coded.service.releases.rglob("*")]
    files = [path for path in held if path.is_file()]
    assert any(path.name.startswith("channel.sqlite3") for path in files)
    for path in files:
        data = path.read_bytes()
        assert occurring(forms, data) == [], path.name
        assert code.encode() not in data, path.name
