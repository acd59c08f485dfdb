"""A server, or somebody in between, that lies or fails: never "not found"."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from breachdesk.keys import create
from breachdesk.voprf import Evaluator
from tests.e2e.check_page import BY_PHONE, CheckPage
from tests.e2e.recording_proxy import CUT, Lie, Reply, Request
from tests.e2e.running_service import CANARY, CANARY_ABSENT, Service

EVALUATE, BUCKETS = "/v1/evaluate/", "/buckets/"
ENTRY, LEAVES, CHECKPOINT = "/entry", "/leaves", "/v1/checkpoint"


def altered(part: str, alter: Callable[[bytes], bytes]) -> Lie:
    """Alter the body of every 200 of the addresses that have this part."""

    def lie(request: Request, ask: Callable[[], Reply]) -> Reply:
        reply = ask()
        if part not in request.path or reply.status != 200 or request.method == "OPTIONS":
            return reply
        assert reply.body is not None
        return replace(reply, body=alter(reply.body))

    return lie


def refused(part: str, status: int, *headers: tuple[str, str]) -> Lie:
    """Answer these addresses with a status and nothing else that helps."""

    def lie(request: Request, ask: Callable[[], Reply]) -> Reply:
        if part not in request.path or request.method == "OPTIONS":
            return ask()
        allow = ("Access-Control-Allow-Origin", "*")
        expose = ("Access-Control-Expose-Headers", "Retry-After")
        return Reply(status, (allow, expose, *headers), b"{}")

    return lie


def flipped(place: int) -> Callable[[bytes], bytes]:
    """Flip the lowest bit of one byte."""

    def alter(body: bytes) -> bytes:
        changed = bytearray(body)
        changed[place] ^= 1
        return bytes(changed)

    return alter


def emptied(bucket: bytes) -> bytes:
    """Leave header and path of a bucket, and no entry."""
    return bucket[:64] + bytes(len(bucket) - 64)


def grown(checkpoint: bytes) -> bytes:
    """Claim a log of one more entry."""
    return checkpoint.replace(b"\n1\n", b"\n2\n", 1)


def with_other_key(folder: Path) -> Lie:
    """Evaluate under another key, with a proof that is right for that key."""
    stranger = Evaluator(
        create(folder / "other", origin="breachdesk.invalid/other").oprf("open").secret
    )

    def lie(request: Request, ask: Callable[[], Reply]) -> Reply:
        if EVALUATE not in request.path or request.method == "OPTIONS":
            return ask()
        found = stranger.evaluate(request.body)
        return replace(ask(), body=found.element + found.proof)

    return lie


def other_bucket() -> Lie:
    """Give the page another bucket than the one that it asked for, whole and true."""

    def lie(request: Request, ask: Callable[[], Reply]) -> Reply:
        if BUCKETS not in request.path:
            return ask()
        number = int(request.path[-8:], 16) ^ 1
        path = f"{request.path[:-8]}{number:08x}".encode()
        head = request.head.replace(request.path.encode(), path, 1)
        return _ask_instead(ask, request, head)

    return lie


def _ask_instead(ask: Callable[[], Reply], request: Request, head: bytes) -> Reply:
    object.__setattr__(request, "head", head)
    return ask()


LIES: dict[str, tuple[Lie, str]] = {
    "bucket-body": (altered(BUCKETS, flipped(-1)), "bucket-path"),
    "bucket-header": (altered(BUCKETS, flipped(0)), "bucket-header"),
    "bucket-shorter": (altered(BUCKETS, lambda body: body[:-1]), "bucket-length"),
    "bucket-longer": (altered(BUCKETS, lambda body: body + b"\0"), "bucket-length"),
    "bucket-empty": (altered(BUCKETS, lambda _body: b""), "bucket-length"),
    "bucket-zeroed": (
        altered(BUCKETS, lambda body: body[:64] + bytes(len(body) - 64)),
        "bucket-path",
    ),
    "bucket-of-others": (other_bucket(), "bucket-header"),
    "evaluation-proof": (altered(EVALUATE, flipped(95)), "proof"),
    "evaluation-identity": (altered(EVALUATE, lambda body: bytes(32) + body[32:]), "element"),
    "evaluation-short": (altered(EVALUATE, lambda body: body[:95]), "element"),
    "evaluation-long": (altered(EVALUATE, lambda body: body + b"\0"), "element"),
    "manifest": (altered(ENTRY, flipped(-9)), "leaves"),
    "leaves": (altered(LEAVES, flipped(0)), "leaves"),
    "checkpoint": (
        altered(CHECKPOINT, lambda body: body.replace(b"\n1\n", b"\n2\n", 1)),
        "signature",
    ),
    "no-evaluation": (refused(EVALUATE, 500), "problem"),
    "unknown-epoch": (refused(EVALUATE, 404), "epoch"),
    "quota": (refused(EVALUATE, 429, ("Retry-After", "120")), "quota"),
    "overload": (refused(EVALUATE, 503, ("Retry-After", "5")), "quota"),
    "unavailable": (refused(EVALUATE, 503), "problem"),
    "no-bucket": (refused(BUCKETS, 404), "problem"),
    "bucket-fails": (refused(BUCKETS, 500), "problem"),
    "no-checkpoint": (refused(CHECKPOINT, 404), "problem"),
    "redirected": (refused(BUCKETS, 302, ("Location", "/v1/checkpoint")), "network"),
    "cut": (lambda request, ask: CUT if EVALUATE in request.path else ask(), "network"),
}


@pytest.mark.parametrize("name", LIES)
def test_no_lie_becomes_an_answer(
    opened: Callable[[str], CheckPage], service: Service, name: str
) -> None:
    lie, reason = LIES[name]
    _check_all(opened, service, lie, reason)


def test_no_other_key_answers(
    opened: Callable[[str], CheckPage], service: Service, tmp_path: Path
) -> None:
    _check_all(opened, service, with_other_key(tmp_path), "proof")


def _check_all(opened: Callable[[str], CheckPage], service: Service, lie: Lie, reason: str) -> None:
    """Hit in one language, miss in the other: the same words; and the truth is believed again."""
    for language, person in (("ko", CANARY), ("en", CANARY_ABSENT)):
        check_page = opened(language)
        service.check.lie = lie
        assert check_page.ask(BY_PHONE, person.fields) == "unverifiable"
        assert check_page.why() == reason
        section = check_page.section("unverifiable")
        expect(section).to_contain_text(check_page.words["not-safe"])
        expect(section.locator("[data-why]:visible")).to_have_count(1)
        service.check.lie = None
        check_page.press("again")
        assert check_page.answer() == ("included" if person.included else "not-found")
        check_page.page.close()


def test_a_quota_says_when_to_try_again(check_page: CheckPage, service: Service) -> None:
    service.check.lie = refused(EVALUATE, 429, ("Retry-After", "120"))
    assert check_page.ask(BY_PHONE, CANARY.fields) == "unverifiable"
    expect(
        check_page.section("unverifiable").locator('[data-why="busy"] [data-part="busy-when"]')
    ).to_be_visible()
    service.check.lie = refused(EVALUATE, 429)
    check_page.press("again")
    expect(
        check_page.section("unverifiable").locator('[data-why="busy"] [data-part="busy-later"]')
    ).to_be_visible()


def test_silence_is_said_to_be_slow_and_ends(
    opened: Callable[[str], CheckPage], service: Service
) -> None:
    """The client gives up by itself; the proxy answers only after that."""
    release = threading.Event()

    def silent(request: Request, ask: Callable[[], Reply]) -> Reply:
        if BUCKETS in request.path:
            release.wait(120)
        return ask()

    check_page = opened("en")
    service.check.lie = silent
    check_page.fill(BY_PHONE, CANARY_ABSENT.fields)
    check_page.submit.click()
    expect(check_page.page.get_by_text(check_page.words["slow"])).to_be_visible(timeout=20_000)
    kind = check_page.answer()
    release.set()
    assert (kind, check_page.why()) == ("unverifiable", "network")


def test_a_device_that_is_off_line_is_told_so(check_page: CheckPage) -> None:
    check_page.page.context.set_offline(True)
    assert check_page.ask(BY_PHONE, CANARY.fields) == "unverifiable"
    expect(check_page.page.locator("[data-why]:visible")).to_have_attribute("data-why", "offline")
    check_page.page.context.set_offline(False)
    check_page.press("again")
    assert check_page.answer() == "included"
