"""The pages over HTTP, without script: what is promised of them, and what they never do."""

import io
import logging
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from PIL import Image

from breachdesk.desk import services
from breachdesk.desk.models import Attachment, Case, Event
from breachdesk.incidents import PERSON, Actor
from tests.factories.desk import CANARY, CANARY_PHONE, Browser, Desk, desk, report

LANGUAGES = ("ko", "en")
PAGES = ("/", "/report/", "/case/", "/lost/", "/call/")


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = CANARY
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(f"{CANARY}.jpg", out.getvalue(), "image/jpeg")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("on_sqlite")
def test_every_page_is_there_in_both_languages(language: str) -> None:
    for path in PAGES:
        seen = Browser(language).get(path)
        assert seen.status == 200, path
        assert not seen.cookies
        assert seen.headers["Cache-Control"] == "no-store"
        policy = seen.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self'" in policy
        assert "require-trusted-types-for 'script'" in policy


@pytest.mark.parametrize("path", ["/", "/report/", "/call/"])
@pytest.mark.usefixtures("on_sqlite")
def test_numbers_to_call_come_before_any_form(path: str) -> None:
    text = Browser().get(path).text
    assert 'href="tel:112"' in text
    if path == "/report/":
        assert text.index('href="tel:112"') < text.index("<form")


@pytest.mark.usefixtures("running")
def test_a_report_from_the_form_to_the_answer() -> None:
    browser = Browser()
    receipt = browser.send([picture()])
    seen = browser.post("/case/", {"receipt": receipt})
    assert seen.status == 200
    assert CANARY in seen.text
    case = Case.objects.get()
    assert (case.kind, case.loss_won, case.bank_told) == ("smishing", 3_000_000, True)
    assert case.scam_url == "http://bad.example.com/pay"
    assert Attachment.objects.get().verdict == "none"
    opened = services.open_by_receipt(receipt)
    kept = services.read_file(opened.key, Attachment.objects.get())
    assert kept.startswith(b"\xff\xd8")
    assert CANARY.encode() not in kept


@pytest.mark.usefixtures("running")
def test_a_form_that_is_sent_again_gets_the_same_receipt() -> None:
    browser = Browser()
    fields = report()
    first, second = (browser.post("/report/send/", fields) for _ in range(2))
    assert first.receipt == second.receipt
    other = browser.post("/report/send/", {**fields, "narrative": "other"})
    assert other.status == 409
    assert first.receipt not in other.text
    assert Case.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", ""),
        ("narrative", " "),
        ("narrative", "x" * 10_001),
        ("happened_on", "yesterday"),
        ("happened_on", "2999-01-01"),
        ("happened_on", "2026-02-30"),
        ("loss_won", "much"),
        ("scam_url", "no address"),
        ("contact_phone", "12"),
        ("contact_phone", ""),
        ("caller_number", "1" * 201),
    ],
)
@pytest.mark.usefixtures("on_sqlite")
def test_what_is_wrong_is_said_and_nothing_is_lost(language: str, field: str, value: str) -> None:
    for path in ("/report/check/", "/report/send/"):
        seen = Browser(language).post(path, report(**{field: value}))
        assert seen.status == 422
        assert f'href="#{field}"' in seen.text
        assert "safe_times" in seen.text
        assert CANARY in seen.text
    assert not Case.objects.exists()


@pytest.mark.usefixtures("on_sqlite")
def test_what_no_page_sends_does_no_harm() -> None:
    odd = {"region": "x", "items": ["x", "name"], "claim_token": "zz", "incident": "x" * 99}
    assert Browser().post("/report/send/", report(**odd, contact_wanted="x")).status == 200
    case = Case.objects.get()
    assert (case.region, case.items, case.claim_token) == ("", ["name"], None)
    assert (case.incident, case.contact_wanted) == (None, "receipt")
    keyless = Browser().post("/report/send/", report(form_key="x"))
    assert keyless.status == 422
    assert re.search(r'name="form_key" value="[0-9a-f]{64}"', keyless.text)


@pytest.mark.usefixtures("on_sqlite")
def test_answers_can_be_changed() -> None:
    browser = Browser()
    checked = browser.post("/report/check/", report())
    again = browser.post("/report/", checked.hidden("change"))
    assert CANARY in again.text
    assert f'value="{checked.hidden("change")["form_key"]}"' in again.text
    assert 'role="alert"' not in again.text


@pytest.mark.usefixtures("on_sqlite")
def test_items_that_the_check_hands_over() -> None:
    browser = Browser()
    items = "name,phone,nonsense,name"
    handed = {"incident": "kt-2014", "items": items, "claim_token": "ab" * 12}
    seen = browser.post("/report/", handed)
    assert re.findall(r'name="items" value="(\w+)"', seen.text) == ["name", "phone"]
    receipt = browser.send(items=["name", "phone"], claim_token="ab" * 12)
    for language, names in (("ko", "이름, 전화번호"), ("en", "Name, Phone number")):
        case_page = Browser(language).post("/case/", {"receipt": receipt}).text
        assert f"<dd>{names}</dd>" in case_page
    case = Case.objects.get()
    assert case.items == ["name", "phone"]
    assert bytes(case.claim_token or b"") == b"\xab" * 12
    assert browser.post("/report/send/", report(claim_token="00" * 12)).status == 200
    assert Case.objects.order_by("-id")[0].claim_token is None


@pytest.mark.usefixtures("running")
def test_a_receipt_writes_adds_files_and_takes_back() -> None:
    browser = Browser("en")
    receipt = browser.send()
    key = {"receipt": receipt, "form_key": "ab" * 32}
    assert "Sent." in browser.post("/case/reply/", {**key, "text": "hello"}).text
    assert browser.post("/case/reply/", {**key, "text": "hello"}).status == 200
    assert browser.post("/case/reply/", {**key, "text": "other"}).status == 422
    assert browser.post("/case/reply/", {**key, "text": " "}).status == 422
    program = SimpleUploadedFile("a.png", b"MZ" + bytes(100), "image/png")
    seen = browser.post("/case/files/", {**key}, [picture(), program])
    assert "a.png: We take JPEG" in seen.text
    assert "tick the box" in browser.post("/case/withdraw/", {"receipt": receipt}).text
    assert Case.objects.get().state == "new"
    assert "taken back" in browser.post("/case/withdraw/", {"receipt": receipt, "sure": "on"}).text
    verbs = list(Event.objects.values_list("verb", flat=True))
    assert verbs == ["received", "message", "files", "withdrawn"]


@pytest.mark.parametrize("typed", ["", "1234", "0000-0000-0000-0000", "0000000000000001"])
@pytest.mark.usefixtures("on_sqlite")
def test_a_receipt_of_nothing(typed: str) -> None:
    seen = Browser().post("/case/", {"receipt": typed})
    assert seen.status == 422
    assert 'role="alert"' in seen.text


@pytest.mark.usefixtures("running")
def test_a_lost_receipt_is_asked_for_alike() -> None:
    browser = Browser()
    browser.send()
    number = Case.objects.get().number
    known, unknown = (browser.post("/lost/", {"number": one}) for one in (number, "2026-999999"))
    assert known.text == unknown.text
    assert Case.objects.get().recovery_asked_at


@pytest.mark.usefixtures("running")
def test_a_call_of_ours_and_one_that_is_not() -> None:
    from django.contrib.auth.models import User  # noqa: PLC0415 (needs the desk's settings)

    agent = Actor.staff(User.objects.create(username="kim", first_name="Min", last_name="Kim").pk)
    code = services.make_call_proof(agent, phone_end="4711")
    browser = Browser("en")
    seen = browser.post("/call/", {"code": code})
    assert "Min Kim" in seen.text
    assert "4711" in seen.text
    assert "not a code of ours" in browser.post("/call/", {"code": code}).text


def test_the_short_form_is_given_in_a_wave(tmp_path: Path) -> None:
    with desk(tmp_path, BREACHDESK_DESK_SHORT="1"):
        browser = Browser()
        text = browser.get("/report/").text
        assert 'action="/ko/report/send/"' in text
        assert 'name="caller_number"' not in text
        short = {"kind": "smishing", "narrative": CANARY, "form_key": "ab" * 32, "short_form": "on"}
        assert browser.post("/report/send/", short).receipt
        assert Case.objects.get().short_form


@pytest.mark.usefixtures("on_sqlite")
def test_over_the_calm_rate_the_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from breachdesk.desk import _gate  # noqa: PLC0415 (needs the desk's settings)
    from tests.factories.work import solve  # noqa: PLC0415 (beside what it is used with)

    monkeypatch.setattr(_gate, "CALM_RATE", 1)
    _gate.gate.cache_clear()
    browser = Browser()
    fields = report()
    assert browser.post("/report/check/", fields).status == 200
    later = browser.post("/report/check/", fields)
    assert later.status == 429
    assert int(later.headers["Retry-After"]) > 0
    assert CANARY in later.text
    assert "data-work" in later.text  # the script solves one when the button is pressed again
    work = solve(_gate.gate().challenge()).decode()
    assert browser.post("/report/check/", {**fields, "work": work}).status == 200
    again = browser.post("/report/check/", {**fields, "work": work})
    assert again.status == 429
    assert work not in again.text
    _gate.gate.cache_clear()


@pytest.mark.usefixtures("on_sqlite")
def test_a_database_that_is_away_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise OperationalError(CANARY)

    monkeypatch.setattr("breachdesk.desk.services.receive", away)
    seen = Browser().post("/report/send/", report())
    assert seen.status == 503
    assert CANARY in seen.text
    assert 'href="tel:112"' in seen.text


def test_nothing_typed_is_in_logs_the_database_or_the_folder(
    on_sqlite: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    photo = picture()
    caplog.set_level(logging.DEBUG)
    browser = Browser()
    receipt = browser.send([photo])
    browser.post("/report/send/", report(kind="x"))
    browser.post("/case/reply/", {"receipt": receipt, "form_key": "cd" * 32, "text": CANARY})
    browser.post("/case/", {"receipt": CANARY})
    browser.post("/call/", {"code": CANARY})
    services.ask_recovery(PERSON, CANARY)
    typed = [CANARY, CANARY_PHONE, CANARY_PHONE.replace("-", ""), "canary-4711"]
    secret = [*typed, receipt, receipt.replace("-", ""), "who=canary"]
    kept = b"".join(path.read_bytes() for path in on_sqlite.data.rglob("*") if path.is_file())
    for one in secret:
        assert one not in caplog.text
        assert one.encode() not in kept


@pytest.mark.parametrize("path", ["/report/check/", "/report/send/", "/case/reply/"])
@pytest.mark.usefixtures("on_sqlite")
def test_what_takes_a_form_takes_only_a_form(path: str) -> None:
    assert Browser().get(path).status == 405
