"""What the page loads, what its policy forbids, and the proof that it hands out."""

import gzip
import hashlib
import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.check_page import BY_PHONE, LANGUAGES, LOOKUPS, CheckPage
from tests.e2e.recording_proxy import CUT
from tests.e2e.running_service import CANARY, CANARY_ABSENT, Person, Service, run_command

FIRST_LOAD_BYTES = 150_000
SCRIPT_BYTES = 40 * 1024
_LISTEN = """document.addEventListener('securitypolicyviolation',
  event => console.error('violation', event.violatedDirective, event.blockedURI));"""


def test_no_policy_is_violated_and_nothing_complains(
    context: BrowserContext, service: Service
) -> None:
    for language in LANGUAGES:
        page = context.new_page()
        said: list[str] = []
        page.add_init_script(_LISTEN)
        _keep_what_is_said(page, said)
        check_page = CheckPage(page, service.pages.url, language).open()
        for lookup in LOOKUPS:
            for person in (CANARY, CANARY_ABSENT):
                check_page.ask(lookup, person.fields)
                with page.expect_download():
                    check_page.press("save")
                check_page.press("another")
        assert said == []
        service.check.lie = lambda _request, _ask: CUT
        check_page.ask(BY_PHONE, CANARY.fields)
        service.check.lie = None
        assert not [line for line in said if "violation" in line or "Content Security" in line]


def _keep_what_is_said(page: Page, said: list[str]) -> None:
    page.on("console", lambda one: said.append(one.text))
    page.on("pageerror", lambda one: said.append(str(one)))


def test_the_policy_lets_nobody_else_in(service: Service) -> None:
    with urllib.request.urlopen(f"{service.pages.url}/ko/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Set-Cookie"] is None
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    addresses = {word for word in policy.replace(";", " ").split() if word.startswith("http")}
    assert addresses == {service.check.url}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_load_is_light(context: BrowserContext, service: Service, language: str) -> None:
    """As Chromium counts it, headers included."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    CheckPage(page, service.pages.url, language).open()
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) <= FIRST_LOAD_BYTES
    assert sum(len(one.reply.encode()) for one in service.pages.exchanges) <= FIRST_LOAD_BYTES
    assert service.check.sent == [], "the first load says nothing to the evaluator"


def test_the_scripts_are_light_and_their_hash_is_the_one_on_the_page(
    opened: Callable[[str], CheckPage],
) -> None:
    check_page = opened("en")
    scripts = _scripts(check_page)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in scripts.items()}
    lines = "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))
    whole = hashlib.sha256(lines.encode()).hexdigest()
    assert sum(len(gzip.compress(data, 9)) for data in scripts.values()) <= SCRIPT_BYTES
    check_page.ask(BY_PHONE, CANARY.fields)
    expect(check_page.section("included").locator(".facts")).to_contain_text(whole[:16])
    check_page.page.goto(f"{check_page.origin}/en/how/")
    expect(check_page.page.get_by_text(whole)).to_be_visible()


def _scripts(check_page: CheckPage) -> dict[str, bytes]:
    """What a browser gets for the addresses that the page names."""
    found: str = check_page.page.evaluate(
        "JSON.stringify([document.querySelector('script[src]').src,"
        " new URL(document.querySelector('#check').dataset.worker, location.href).href])"
    )
    data = [check_page.page.request.get(url).body() for url in json.loads(found)]
    return dict(zip(("page", "worker"), data, strict=True))


@pytest.mark.parametrize("person", [CANARY, CANARY_ABSENT], ids=("included", "absent"))
def test_the_saved_proof_holds_for_the_command_line(
    check_page: CheckPage, service: Service, tmp_path: Path, person: Person
) -> None:
    for lookup in LOOKUPS:
        kind = check_page.ask(lookup, person.fields)
        with check_page.page.expect_download() as download:
            check_page.press("save")
        proof = tmp_path / "proof.json"
        download.value.save_as(proof)
        key = service.keys / "folder.toml"
        said = run_command("verify", "--evidence", proof, "--public-key", key, "--json")
        found: dict[str, Any] = json.loads(said)
        assert (found["verified"], found["trusted"], found["answer"]) == (True, True, kind)
        items = [code for one in found.get("incidents", []) for code in one["items"]]
        assert set(items) == set(person.items)
        check_page.press("another")
