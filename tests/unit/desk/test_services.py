"""What is received is sealed, once, and opens with its receipt or the desk's key alone."""

import secrets
import threading
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from breachdesk.desk import services
from breachdesk.desk.errors import (
    CaseEndedError,
    FormUsedError,
    NotAllowedError,
    UnknownReceiptError,
    WrongCallCodeError,
)
from breachdesk.desk.models import CallProof, Case, Event, Message, Sealed, Submission
from breachdesk.envelope import OpenError, ReceiptError, open_for_desk
from breachdesk.incidents import PERSON, Actor
from tests.factories.desk import CANARY, PRIVATE

pytestmark = pytest.mark.usefixtures("running")


def new_report(**values: Any) -> services.NewReport:
    given = {"kind": "smishing", "language": "ko", "texts": {"narrative": CANARY}, **values}
    return services.NewReport(form_key=secrets.token_bytes(32), **given)


def key() -> bytes:
    return secrets.token_bytes(32)


def staff() -> Actor:
    return Actor.staff(User.objects.create(username=secrets.token_hex(4), first_name="Kim").pk)


def test_a_report_opens_with_its_receipt_and_with_the_desks_key() -> None:
    receipt = services.receive(PERSON, new_report())
    opened = services.open_by_receipt(receipt.grouped)
    assert services.read_texts(opened.key, opened.case) == {"narrative": [CANARY]}
    again = open_for_desk(PRIVATE, opened.case.wrapped_for_desk, opened.case.number)
    assert services.read_texts(again, opened.case) == {"narrative": [CANARY]}
    assert list(Event.objects.values_list("actor", "verb")) == [("person", "received")]


def test_numbers_count_within_the_year() -> None:
    numbers = [services.receive(PERSON, new_report()).number for _ in range(3)]
    year = timezone.localdate().year
    assert numbers == [f"{year}-{number:06}" for number in (1, 2, 3)]


def test_the_same_form_is_one_case_with_one_receipt() -> None:
    report = new_report()
    first, second = (services.receive(PERSON, report) for _ in range(2))
    assert (first.digits, first.number) == (second.digits, second.number)
    assert (first.again, second.again) == (False, True)
    assert Case.objects.count() == Sealed.objects.count() == Submission.objects.count() == 1


def test_a_form_with_other_content_gets_no_receipt_of_the_first() -> None:
    report = new_report()
    services.receive(PERSON, report)
    with pytest.raises(FormUsedError):
        services.receive(PERSON, replace(report, texts={"narrative": "other"}))
    assert Case.objects.count() == 1


def test_one_form_sent_many_times_at_once_is_one_case() -> None:
    report = new_report()
    found: list[str] = []

    def send() -> None:
        try:
            found.append(services.receive(PERSON, report).digits)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == Case.objects.count() == 1


def test_a_fault_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    report = new_report()
    with monkeypatch.context() as patched:
        patched.setattr("breachdesk.desk._receive.record", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.receive(PERSON, report)
    assert not Case.objects.exists()
    assert not Submission.objects.exists()
    assert services.receive(PERSON, report).number.endswith("-000001")


@pytest.mark.parametrize(
    "wrong", [{"kind": "x"}, {"texts": {"x": "y"}}, {"contact_wanted": "x"}, {"channel": "x"}]
)
def test_values_are_of_closed_lists(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, NotAllowedError)):
        services.receive(PERSON, new_report(**wrong))
    assert not Case.objects.exists()


def test_a_person_reports_on_the_web_only() -> None:
    with pytest.raises(NotAllowedError):
        services.receive(PERSON, new_report(channel="phone"))
    assert services.receive(staff(), new_report(channel="phone")).number


def test_a_receipt_that_is_none_and_one_of_no_case() -> None:
    receipt = services.receive(PERSON, new_report())
    last = str((int(receipt.digits[-1]) + 1) % 10)
    with pytest.raises(ReceiptError):
        services.open_by_receipt(receipt.digits[:-1] + last)
    with pytest.raises(UnknownReceiptError):
        services.open_by_receipt("0000 0000 0000 0000")


def test_messages_go_both_ways_and_a_reply_resumes() -> None:
    opened = services.open_by_receipt(services.receive(PERSON, new_report()).digits)
    agent = staff()
    assert services.reply(agent, opened, "질문", form_key=key())
    Case.objects.update(state="waiting_person", paused_since=timezone.now())
    form = key()
    assert services.reply(PERSON, opened, "답", form_key=form)
    assert not services.reply(PERSON, opened, "답", form_key=form)
    opened.case.refresh_from_db()
    assert (opened.case.state, opened.case.paused_since) == ("open", None)
    messages = services.read_messages(opened.key, opened.case)
    said = [(one.direction, one.author, one.text) for one in messages]
    assert said == [("to_person", agent.name, "질문"), ("from_person", "person", "답")]
    services.mark_read(PERSON, opened)
    assert Message.objects.get(direction="to_person").read_at
    assert not Message.objects.get(direction="from_person").read_at


def test_a_withdrawn_report_takes_nothing_more() -> None:
    opened = services.open_by_receipt(services.receive(PERSON, new_report()).digits)
    for _ in range(2):
        services.withdraw(PERSON, opened)
    with pytest.raises(CaseEndedError):
        services.reply(PERSON, opened, "x", form_key=key())
    assert Event.objects.filter(verb="withdrawn").count() == 1


def test_another_receipt_by_staff_ends_the_old_one() -> None:
    old = services.receive(PERSON, new_report())
    services.ask_recovery(PERSON, old.number)
    services.ask_recovery(PERSON, "2026-999999")
    case = Case.objects.get()
    assert case.recovery_asked_at
    opened = services.Opened(case, open_for_desk(PRIVATE, case.wrapped_for_desk, case.number))
    with pytest.raises(NotAllowedError):
        services.reseal_receipt(PERSON, opened)
    new = services.reseal_receipt(staff(), opened)
    with pytest.raises(UnknownReceiptError):
        services.open_by_receipt(old.digits)
    found = services.open_by_receipt(new.digits)
    assert services.read_texts(found.key, found.case) == {"narrative": [CANARY]}
    assert found.case.recovery_asked_at is None


def test_a_wrap_of_another_case_does_not_open() -> None:
    first, second = (services.receive(PERSON, new_report()) for _ in range(2))
    cases = {case.number: case for case in Case.objects.all()}
    with pytest.raises(OpenError):
        open_for_desk(PRIVATE, cases[first.number].wrapped_for_desk, second.number)


def test_a_call_is_proved_once_and_for_minutes() -> None:
    agent = staff()
    code = services.make_call_proof(agent, phone_end="4711")
    spoken = "".join(chr(ord(one) + 0xFEE0) for one in code[:4]) + " - " + code[4:]
    proven = services.verify_call(spoken)
    assert (proven.staff, proven.phone_end) == ("Kim", "4711")
    with pytest.raises(WrongCallCodeError):
        services.verify_call(code)
    late = services.make_call_proof(agent)
    CallProof.objects.update(expires_at=timezone.now())
    with pytest.raises(WrongCallCodeError):
        services.verify_call(late)
    with pytest.raises(NotAllowedError):
        services.make_call_proof(PERSON)
