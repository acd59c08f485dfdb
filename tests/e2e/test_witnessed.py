"""Buckets from another host, and a page that says who witnessed: all of it by real processes."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from breachdesk.release import VKey, cosigned_at
from tests.e2e.check_page import BY_PHONE, LANGUAGES, CheckPage
from tests.e2e.recording_proxy import Proxy, Request
from tests.e2e.running_service import CANARY, CANARY_ABSENT, Service, run_command
from tests.e2e.test_serve import until
from tests.factories.ports import free_port
from tests.factories.witnessing import running

NAME = "witness.example.net/w1"
SECRETS = {"cookie", "authorization", "referer", "proxy-authorization"}
NOBODY = {
    "ko": "저희와 상관없는 증인은 아직 이 자료에 서명하지 않았습니다.",
    "en": "Nobody independent of us has witnessed this release.",
}


class Elsewhere:
    """A service whose buckets somebody else serves, and whose log somebody else witnesses."""

    def __init__(self, folder: Path, built: Service, stack: ExitStack) -> None:
        self.service = Service(folder)
        shutil.copytree(built.keys, self.service.keys)
        shutil.copytree(built.releases, self.service.releases)
        public = self.service.keys / "folder.toml"
        self.witness_vkey: str = json.loads(
            run_command("witness", "new", folder / "w", "--name", NAME, "--json")
        )["vkey"]
        mirror = ("mirror", built.check.url, folder / "copy", "--log", public)
        run_command(*mirror, "--once")
        ports = free_port(), free_port()
        self.buckets = Proxy(ports[0]).start()
        stack.callback(self.buckets.stop)
        health = [f"http://127.0.0.1:{port}/healthz" for port in ports]
        words = ("buckets", "--releases", folder / "copy", "--port", str(ports[0]))
        stack.enter_context(running(*words, health=health[0]))
        follow = ("--log", public, "--follow", f"http://127.0.0.1:{ports[0]}", "--every", "1")
        listen = ("--listen", f"127.0.0.1:{ports[1]}")
        stack.enter_context(
            running("witness", "run", folder / "w", *follow, *listen, health=health[1])
        )
        witness = f"http://127.0.0.1:{ports[1]} {self.witness_vkey}"
        self.service.start("--buckets-url", self.buckets.url, "--witness", witness)
        stack.callback(self.service.stop)
        own = f"http://127.0.0.1:{self.service.check_port}"
        again = ("mirror", own, folder / "copy", "--log", public, "--every", "1")
        stack.enter_context(running(*again))
        note, key = folder / "copy/checkpoint", VKey.parse(self.witness_vkey)
        until(lambda: cosigned_at(note.read_bytes(), key) is not None, 60)


@pytest.fixture(scope="module")
def elsewhere(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    with ExitStack() as stack:
        yield Elsewhere(tmp_path_factory.mktemp("elsewhere"), service, stack)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ko-KR")
    yield context.new_page()
    context.close()


def secrets_in(request: Request) -> set[str]:
    return SECRETS & request.headers().keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_names_the_witness_and_its_buckets_come_from_elsewhere(
    elsewhere: Elsewhere, page: Page, language: str
) -> None:
    elsewhere.buckets.forget()
    elsewhere.service.check.forget()
    check_page = CheckPage(page, elsewhere.service.pages.url, language).open()
    for person, kind in ((CANARY, "included"), (CANARY_ABSENT, "not-found")):
        assert check_page.ask(BY_PHONE, person.fields) == kind
        facts = check_page.section(kind).locator(".facts")
        expect(facts.locator('[data-slot="witnesses"]')).to_contain_text(f"{NAME} (")
        expect(facts.get_by_text(NOBODY[language])).to_be_hidden()
        check_page.press("another")
    asked = elsewhere.buckets.requests()
    assert sum("/buckets/" in one.path for one in asked) == 2
    assert {one.path.split("/")[2] for one in asked} == {"checkpoint", "releases"}
    for one in asked:
        assert one.method == "GET"
        assert secrets_in(one) == set(), one.head
        assert one.headers()["origin"] == elsewhere.service.pages.url
    evaluations = elsewhere.service.check.requests()
    assert {one.path for one in evaluations} == {"/v1/challenge/open/1", "/v1/evaluate/open/1"}
    assert all(secrets_in(one) == set() for one in evaluations)
    assert page.context.cookies() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_history_and_the_explanation_name_the_witness_too(
    elsewhere: Elsewhere, page: Page, language: str
) -> None:
    for path in ("releases", "how"):
        page.goto(f"{elsewhere.service.pages.url}/{language}/{path}/")
        expect(page.get_by_role("listitem").filter(has_text=NAME)).to_be_visible()
        expect(page.get_by_text(NOBODY[language])).to_have_count(0)
    expect(page.get_by_text(elsewhere.witness_vkey)).to_be_visible()


def test_a_client_that_asks_for_a_witness_gets_one_and_no_other_will_do(
    elsewhere: Elsewhere, service: Service
) -> None:
    fields = [f"--set={name}={CANARY.fields[name]}" for name in BY_PHONE]
    asked = ("--lookup", "+".join(BY_PHONE), *fields, "--json", "--witness", elsewhere.witness_vkey)
    found = json.loads(run_command("check", elsewhere.service.pages.url, *asked))
    assert found["answer"] == "included"
    with pytest.raises(AssertionError, match="signature"):
        run_command("check", service.pages.url, *asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_witness_the_page_says_so_plainly(
    service: Service, page: Page, language: str
) -> None:
    check_page = CheckPage(page, service.pages.url, language).open()
    assert check_page.ask(BY_PHONE, CANARY.fields) == "included"
    facts = check_page.section("included").locator(".facts")
    expect(facts.get_by_text(NOBODY[language])).to_be_visible()
    for path in ("releases", "how"):
        page.goto(f"{service.pages.url}/{language}/{path}/")
        expect(page.get_by_text(NOBODY[language])).to_be_visible()
