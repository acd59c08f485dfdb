"""The register at the console: agents read, a lead writes, everything is kept and recorded."""

import html
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.console import _ledger, _revision, services
from breachdesk.console.errors import Refused
from breachdesk.incident import Channels, Contact, Text
from breachdesk.incidents import Actor
from breachdesk.incidents import services as register
from breachdesk.incidents.models import Clock, Entry, Version
from tests.factories.console import member, signed_in
from tests.factories.pages import EXAMPLE

pytestmark = pytest.mark.usefixtures("console", "taken")

TEXT = EXAMPLE.read_text("utf-8")
PAGE = "/en/incidents/kt-2014/"
WHY = "what the police found"


@pytest.fixture
def taken(console: object) -> None:  # noqa: ARG001 (it comes first)
    register.import_text(Actor.system("test"), TEXT, "incident.toml")


def now() -> register.Changes:
    return register.changes_of(register.describe(register.find("kt-2014")))


def said(korean: str = "새 말씀", english: str = "A new statement") -> register.Changes:
    return replace(now(), statement=Text(korean, english))


def form(browser: Client) -> dict[str, str]:
    """What a browser would send of the form as it is handed out."""
    page = browser.get(f"{PAGE}revise/").content.decode()
    found = dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)<', page))
    for name, inside in re.findall(r'<select[^>]* name="(\w+)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrfmiddlewaretoken")
    return {name: html.unescape(value) for name, value in found.items()}


def sent(act: str, browser: Client, **values: str) -> Any:
    return browser.post(f"{PAGE}revise/", {**form(browser), "act": act, **values})


def records() -> list[tuple[str, dict[str, str | int]]]:
    return [
        (one.event, dict(one.facts)) for one in _ledger.read() if one.event.startswith("incident.")
    ]


def test_an_agent_reads_and_is_offered_nothing_to_write() -> None:
    page = signed_in(member("agent")).get(PAGE).content.decode()
    for text in ("KT customer data leak", "Leak discovered", "2014-03-06", "Any KT shop"):
        assert text in page
    assert "revise/" not in page
    assert "event/" not in page
    browser = signed_in(member("agent", "other"))
    assert "KT customer data leak" in browser.get("/en/incidents/").content.decode()
    assert browser.get("/en/incidents/kt-2015/").status_code == 404


def test_a_lead_writes_down_what_happened_once() -> None:
    boss = member("lead")
    browser = signed_in(boss)
    event = {"kind": "contained", "at": "2014-03-07T09:30", "how": "report of the team"}
    for _ in range(2):
        assert browser.post(f"{PAGE}event/", event).status_code == 302
    entry = Entry.objects.get(kind="contained")
    assert timezone.localtime(entry.at).isoformat() == "2014-03-07T09:30:00+09:00"
    assert (entry.source, entry.author) == ("report of the team", boss.at_desk.name)
    facts = {"incident": "kt-2014", "kind": "contained", "entry": entry.pk}
    assert records() == [("incident.event", facts)]
    assert "report of the team" in browser.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"kind": "released"}, "kind"),
        ({"at": "yesterday"}, "moment"),
        ({"at": "2999-01-01T00:00"}, "moment"),
        ({"how": " "}, "empty"),
        ({"how": "가" * 501}, "too-long"),
    ],
)
def test_what_is_no_event_is_refused_and_kept_in_the_form(
    wrong: dict[str, str], reason: str
) -> None:
    event = {"kind": "contained", "at": "2014-03-07T09:30", "how": "as typed", **wrong}
    answer = signed_in(member("lead")).post(f"{PAGE}event/", event)
    assert answer.status_code == 409
    page = html.unescape(answer.content.decode())
    assert services_words(reason) in page
    assert f'value="{event["at"]}"' in page
    assert not Entry.objects.filter(kind="contained").exists()
    assert records() == []


def services_words(reason: str) -> str:
    from breachdesk.site import words  # noqa: PLC0415 (needs Django)

    return words("en", f"refused-{reason}")


def test_a_revision_is_seen_before_it_is_published_and_then_exported() -> None:
    boss = member("lead")
    browser = signed_in(boss)
    assert _revision.changes_from(_revision.read(form(browser))) == now()
    typed = {"statement_ko": "새 말씀", "statement_en": "New\r\nwords", "channel_sms": ""}
    typed |= {"channel_visit": "never", "contact_1_kind": "email", "source": WHY}
    seen = sent("preview", browser, **typed)
    assert seen.status_code == 200
    page = html.unescape(seen.content.decode())
    assert "Nothing is published yet" in page
    assert Version.objects.count() == 1
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert browser.post(f"{PAGE}revise/", {**kept, "act": "change"}).status_code == 200
    for _ in range(2):  # pressed twice
        assert browser.post(f"{PAGE}revise/", {**kept, "act": "publish"}).status_code == 302
    assert Version.objects.count() == 2
    found = now()
    assert found.statement == Text("새 말씀", "New\nwords")
    assert "sms" not in (*found.channels.uses, *found.channels.never)
    assert "visit" in found.channels.never
    assert found.contacts[1].kind == "email"
    text = register.export_text(register.find("kt-2014"))
    assert "새 말씀" in text
    assert text.startswith(TEXT.partition("\n")[0])
    assert records() == [("incident.revised", {"incident": "kt-2014", "version": 2})]
    page = browser.get(PAGE).content.decode()
    assert "Former statements" in page
    assert WHY in page


def test_both_languages_are_required_and_nothing_typed_is_lost() -> None:
    browser = signed_in(member("lead"))
    for wrong, reason in (
        ({"statement_en": " "}, "empty"),
        ({"statement_ko": "가" * 10_001}, "too-long"),
        ({"contact_0_hours_en": ""}, "contact-parts"),
        ({}, "unchanged"),
    ):
        answer = sent("preview", browser, **{"source": WHY, **wrong})
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 409
        assert services_words(reason) in page
        assert f'value="{WHY}"' in page
    answer = sent("publish", browser, statement_ko="새 말씀")
    assert answer.status_code == 409
    assert "새 말씀" in answer.content.decode()
    assert Version.objects.count() == 1


def test_nothing_is_published_over_what_was_not_read() -> None:
    boss, other = member("lead", "boss"), member("lead", "other")
    services.publish(other, "kt-2014", 1, said(), WHY)
    with pytest.raises(Refused, match="incident-changed"):
        services.publish(boss, "kt-2014", 1, said("다른 말씀"), WHY)
    with pytest.raises(Refused, match="incident-changed"):
        services.preview(boss, "kt-2014", 1, said("다른 말씀"), WHY)
    for role in ("agent", "payer", "auditor", "admin", "regulator"):
        with pytest.raises(Refused, match="not-allowed"):
            services.publish(member(role), "kt-2014", 2, said("다른 말씀"), WHY)
        with pytest.raises(Refused, match="not-allowed"):
            services.add_event(member(role, f"{role}2"), "kt-2014", "other", timezone.now(), WHY)
    assert now().statement.ko == "새 말씀"
    assert len(records()) == 1


def test_what_the_form_cannot_hold_is_told() -> None:
    contact = Contact("email", *[Text("가", "a")] * 3)
    with pytest.raises(Refused, match="incident-words"):
        _revision.typed_of(replace(now(), contacts=(contact,) * 21))
    rows = _revision.contact_rows(_revision.typed_of(replace(now(), contacts=(contact,) * 20)))
    assert len(rows) == 20
    wrong = replace(now(), channels=Channels(("sms",), ("sms",)))
    with pytest.raises(Refused, match="incident-words"):
        services.preview(member("lead"), "kt-2014", 1, wrong, WHY)


def clock(browser: Client, act: str, rule: str, at: datetime) -> Any:
    moment = timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")
    return browser.post(f"{PAGE}clock/", {"act": act, "rule": rule, "at": moment})


def test_a_lead_starts_a_legal_clock_and_says_that_the_duty_is_done() -> None:
    boss = member("lead")
    browser = signed_in(boss)
    page = browser.get(PAGE).content.decode()
    assert page.count('class="clock still">does not run<') == len(register.rules())
    assert "an intrusion is known" in page
    known = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=20)
    for _ in range(2):  # pressed twice
        assert clock(browser, "start", "network-48-3", known).status_code == 302
    page = browser.get(PAGE).content.decode()
    assert re.search(r'class="clock risk">3 h 5\d min<', page)
    assert "A clock starts (not public)" in page
    assert "Korea, Network Act, article 48-3" in page
    assert clock(browser, "start", "network-48-3", known - timedelta(hours=6)).status_code == 302
    assert 'class="clock broken">−2 h' in browser.get(PAGE).content.decode()
    for _ in range(2):
        done = clock(browser, "done", "network-48-3", known)
        assert done.headers["Location"] == f"{PAGE}#law-network-48-3"
    page = browser.get(PAGE).content.decode()
    assert "Start for a new finding" in page
    assert "late by" not in page
    (one,) = Clock.objects.all()
    assert (one.done_at, one.by) == (known, boss.at_desk.name)
    facts = {"incident": "kt-2014", "rule": "network-48-3", "clock": one.pk}
    assert records() == [
        ("incident.clock", facts),
        ("incident.clock", facts),
        ("incident.duty-done", facts),
    ]


def test_a_duty_that_was_not_done_after_all_runs_on_and_is_told_to_nobody() -> None:
    browser, now = signed_in(member("lead")), timezone.now()
    clock(browser, "start", "gdpr-33", now - timedelta(hours=3))
    clock(browser, "done", "gdpr-33", now)
    incident = register.find("kt-2014")
    assert len(register.public(incident, "en").fulfilled) == 1
    assert "It was not done after all" in browser.get(PAGE).content.decode()
    assert clock(browser, "undone", "gdpr-33", now).status_code == 302
    assert register.public(incident, "en").fulfilled == ()
    (one,) = Clock.objects.all()
    assert (one.done_at, one.by, one.due_at - one.known_at) == (None, "", timedelta(hours=72))
    assert "Duty not done after all" in browser.get(PAGE).content.decode()
    assert [event for event, _facts in records()] == [
        "incident.clock",
        "incident.duty-done",
        "incident.duty-undone",
    ]


def test_a_duty_that_was_done_late_says_so() -> None:
    browser, now = signed_in(member("lead")), timezone.now()
    clock(browser, "start", "pipa-34-report", now - timedelta(hours=80))
    clock(browser, "done", "pipa-34-report", now - timedelta(hours=2))
    assert "late by 6 h 0 min" in browser.get(PAGE).content.decode()
    assert "Start for a new finding" not in browser.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("act", "rule", "hours", "reason"),
    [
        ("start", "gdpr-33", -1, "moment"),
        ("start", "x", 1, "clock-rule"),
        ("start", "pipa-34-notice", 1, "clock-later"),
        ("done", "gdpr-33", 1, "clock-none"),
        ("done", "pipa-34-notice", 3, "clock-before"),
        ("done", "pipa-34-report", 1, "clock-done"),
        ("undone", "pipa-34-notice", 1, "clock-not-done"),
        ("undone", "gdpr-33", 1, "clock-not-done"),
    ],
)
def test_what_a_clock_does_not_take_is_told_and_changes_nothing(
    act: str, rule: str, hours: int, reason: str
) -> None:
    incident, who = register.find("kt-2014"), Actor.system("test")
    now = timezone.now()
    for one in ("pipa-34-notice", "pipa-34-report"):
        register.start_clock(who, incident, one, now - timedelta(hours=2))
    register.finish_clock(who, incident, "pipa-34-report", now)
    before = list(Clock.objects.values())
    answer = clock(signed_in(member("lead")), act, rule, now - timedelta(hours=hours))
    assert answer.status_code == 409
    assert services_words(reason) in html.unescape(answer.content.decode())
    assert list(Clock.objects.values()) == before
    assert records() == []


def test_the_clocks_of_an_incident_are_its_leads() -> None:
    incident = register.find("kt-2014")
    known = timezone.now() - timedelta(hours=2)
    register.start_clock(Actor.system("test"), incident, "pipa-34-notice", known)
    who = "to act: controller"
    assert who in signed_in(member("lead")).get(PAGE).content.decode()
    agent = signed_in(member("agent"))
    assert who not in agent.get(PAGE).content.decode()
    assert clock(agent, "done", "pipa-34-notice", timezone.now()).status_code == 403
    with pytest.raises(Refused, match="not-allowed"):
        services.laws(member("auditor"), "kt-2014", "en", timezone.now())


def test_what_is_typed_is_in_no_audit_record() -> None:
    boss = member("lead")
    services.publish(boss, "kt-2014", 1, said("카나리아", "canary"), "canary")
    services.add_event(boss, "kt-2014", "other", timezone.now(), "canary")
    assert "canary" not in str(records())
    assert "카나리아" not in str(records())
