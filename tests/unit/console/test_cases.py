"""What staff do to a case: the change, its history and its audit record, all or nothing."""

import secrets
from datetime import timedelta

import pytest
from django.utils import timezone

from breachdesk.console import _ledger, services, tasks
from breachdesk.console._parts import in_use
from breachdesk.console._promise import left
from breachdesk.console.errors import Refused
from breachdesk.console.models import Pause
from breachdesk.desk.models import Case, Event, Message
from breachdesk.desk.services import Opened, read_messages, reply
from breachdesk.incidents import PERSON
from tests.factories.console import member, report, signed_in

pytestmark = pytest.mark.usefixtures("console")

TEXT = "언제 전화가 왔는지 적어 주십시오."


def key() -> bytes:
    return secrets.token_bytes(32)


def opened(number: str) -> Opened:
    return in_use().open(Case.objects.get(number=number))


def events() -> list[str]:
    return [one.event for one in _ledger.read()]


def test_a_case_is_taken_handed_over_and_given_back() -> None:
    number, kim, lee = report(), member("agent", "kim"), member("agent", "lee")
    services.take(kim, number)
    with pytest.raises(Refused, match="taken"):
        services.take(lee, number)
    services.assign(kim, number, "lee")
    assert Case.objects.get(number=number).assigned_to_id == lee.user
    services.assign(lee, number, "")
    assert Case.objects.get(number=number).assigned_to_id is None
    verbs = list(Event.objects.values_list("verb", flat=True))
    assert verbs == ["received", "taken", "assigned", "assigned"]
    assert events()[-3:] == ["case.taken", "case.assigned", "case.assigned"]


@pytest.mark.parametrize("role", ["payer", "auditor", "regulator", "admin"])
def test_who_does_not_work_cases_changes_nothing(role: str) -> None:
    number, actor = report(), member(role)
    before = len(events())
    for act in (
        lambda: services.take(actor, number),
        lambda: services.reply(actor, number, TEXT, key()),
        lambda: services.read(actor, number),
        lambda: services.note(actor, number, TEXT),
    ):
        with pytest.raises(Refused, match="not-allowed"):
            act()
    assert len(events()) == before
    assert Event.objects.count() == 1


def test_a_case_goes_to_nobody_who_cannot_work_it() -> None:
    number, kim = report(), member("agent", "kim")
    member("auditor", "park")
    for name in ("park", "nobody"):
        with pytest.raises(Refused, match="no-worker"):
            services.assign(kim, number, name)


def test_asking_stops_the_clock_and_the_answer_lets_it_run_on() -> None:
    number, kim = report(), member("agent", "kim")
    tasks.open_new.call()
    due = Case.objects.get(number=number).resolution_due
    services.ask(kim, number, TEXT, key())
    case = Case.objects.get(number=number)
    assert case.state == "waiting_person"
    assert case.first_response_at is not None
    assert left(case, timezone.now()) is None
    back = timezone.now() - timedelta(hours=5)
    Case.objects.filter(number=number).update(paused_since=back)
    Pause.objects.update(since=back)
    reply(PERSON, opened(number), "어제 저녁입니다.", form_key=key())
    tasks.run_on.call()
    case = Case.objects.get(number=number)
    assert case.state == "open"
    assert case.resolution_due is not None
    assert due is not None
    moved = case.resolution_due - due
    assert timedelta(hours=5) <= moved < timedelta(hours=5, minutes=1)
    assert not Pause.objects.exists()
    tasks.run_on.call()
    assert Case.objects.get(number=number).resolution_due == case.resolution_due


def test_a_message_sent_twice_is_one_message() -> None:
    number, kim, form = report(), member("agent", "kim"), key()
    services.reply(kim, number, TEXT, form)
    with pytest.raises(Refused, match="sent-already"):
        services.reply(kim, number, TEXT, form)
    found = read_messages(opened(number).key, Case.objects.get(number=number))
    assert [one.text for one in found] == [TEXT]
    assert events().count("case.replied") == 1


def test_reading_is_recorded_and_shows_everything() -> None:
    number = report(texts={"narrative": "이야기", "caller_number": "010-0000-5678"})
    kim = member("agent", "kim")
    services.note(kim, number, "내부 메모")
    services.save_draft(kim, number, "초안", 0)
    _case, content = services.read(kim, number)
    assert content.texts["narrative"] == ["이야기"]
    assert content.texts["note"] == ["내부 메모"]
    assert (content.draft, content.draft_version) == ("초안", 1)
    assert events()[-1] == "case.read"
    assert "이야기" not in repr(content)


def test_a_draft_is_never_overwritten_unseen() -> None:
    number, kim, lee = report(), member("agent", "kim"), member("agent", "lee")
    services.save_draft(kim, number, "kim의 글", 0)
    with pytest.raises(Refused, match="draft-changed"):
        services.save_draft(lee, number, "lee의 글", 0)
    services.save_draft(lee, number, "둘의 글", 1)
    services.reply(lee, number, "둘의 글", key())
    _case, content = services.read(kim, number)
    assert content.draft == ""


def test_duplicates_are_merged_and_follow_on() -> None:
    kim = member("agent", "kim")
    first, second, third = report(), report(urgent=True), report()
    services.merge(kim, third, second)
    services.merge(kim, second, first)
    rows = {case.number: case for case in Case.objects.all()}
    assert rows[second].merged_into_id == rows[third].merged_into_id == rows[first].pk
    assert rows[first].urgent
    for number, into, reason in (
        (first, first, "same"),
        (first, second, "merged"),
        (second, first, "ended"),
        (first, "2026-999999", "gone"),
    ):
        with pytest.raises(Refused, match=reason):
            services.merge(kim, number, into)
    assert services.read(kim, third)[1].texts["narrative"]


def test_a_resolved_case_ends_and_the_person_opens_it_again() -> None:
    number, kim = report(), member("agent", "kim")
    services.resolve(kim, number)
    with pytest.raises(Refused, match="ended"):
        services.take(kim, number)
    reply(PERSON, opened(number), "다시 전화가 왔습니다.", form_key=key())
    assert Case.objects.get(number=number).state == "open"
    services.close(kim, number)
    services.reopen(kim, number)
    assert Case.objects.get(number=number).ended_at is None


def test_nothing_stays_where_the_audit_record_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number, kim = report(), member("agent", "kim")

    def fail(*_args: object, **_facts: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(_ledger, "record", fail)
    with pytest.raises(RuntimeError):
        services.reply(kim, number, TEXT, key())
    case = Case.objects.get(number=number)
    assert (case.state, Message.objects.count(), case.first_response_at) == ("new", 0, None)


def test_many_at_once_say_what_was_left() -> None:
    boss, kim = member("lead", "boss"), member("agent", "kim")
    numbers = [report() for _ in range(3)]
    services.resolve(kim, numbers[1])
    left_out = services.bulk(boss, numbers, "assign", "kim")
    assert left_out == {numbers[1]: "ended"}
    assert Case.objects.filter(assigned_to=kim.user).count() == 2
    with pytest.raises(Refused, match="not-allowed"):
        services.bulk(kim, numbers, "close")


def test_the_queue_has_the_pressing_ones_first() -> None:
    kim = member("agent", "kim")
    calm, hot, mine, asked = (report() for _ in range(4))
    tasks.open_new.call()
    services.mark_urgent(kim, hot, urgent=True)
    services.take(kim, mine)
    services.ask(kim, asked, TEXT, key())
    assert [case.number for case in services.queue(kim, "free", 0)] == [hot, calm]
    assert [case.number for case in services.queue(kim, "mine", 0)] == [mine]
    assert [case.number for case in services.queue(kim, "asked", 0)] == [asked]
    assert services.counts(kim) == {"free": 2, "mine": 1, "asked": 1, "all": 3}


@pytest.mark.parametrize(
    ("language", "names"), [("ko", "이름, 전화번호"), ("en", "Name, Phone number")]
)
def test_leaked_items_are_named_in_the_language_of_the_reader(language: str, names: str) -> None:
    number = report(items=("name", "phone"))
    page = signed_in(member("agent")).get(f"/{language}/cases/{number}/").content.decode()
    assert f"<dd>{names}</dd>" in page
