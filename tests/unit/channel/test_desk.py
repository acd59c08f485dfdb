"""Codes of the desk: by whom, for what, how often; audited, counted, alarmed."""

import json

import pytest
from django.contrib.auth.models import User

from breachdesk.audit import AuditError, AuditLog, verify
from breachdesk.channel import _desk, services
from breachdesk.channel._desk import Desk
from breachdesk.channel.errors import Refusal, StaffError
from breachdesk.channel.models import DeskIssue
from breachdesk.channel.services import Address
from breachdesk.identifiers import letter_code
from tests.factories.channel import PHONE, InProcess

ADDRESS = Address("phone", PHONE)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def desk(service: InProcess) -> Desk:
    config = service.parts.config
    _desk.add_staff(AuditLog(config.audit), "kim", PASSWORD)
    return _desk.open_desk(config, service.made.keys, service.parts.alarms, service.clock)


def issued(desk: Desk, address: str = PHONE, checked: str = "passport") -> str:
    return desk.issue(desk.sign_in("kim", PASSWORD), "phone", address, checked)


def audited(desk: Desk) -> list[dict[str, object]]:
    verify(desk.config.audit)
    return [json.loads(line) for line in desk.config.audit.read_text().splitlines()]


def test_a_code_gives_the_token_once(desk: Desk, service: InProcess) -> None:
    code = issued(desk)
    assert letter_code(code) == code
    assert len(services.take_desk_token(service.parts, ADDRESS, code)) == 96
    with pytest.raises(Refusal, match="wrong-code"):
        services.take_desk_token(service.parts, ADDRESS, code)
    row = DeskIssue.objects.get()
    assert (row.used, row.address, row.code, row.checked, row.staff.username) == (
        True, "", "", "passport", "kim",
    )  # fmt: skip


def test_a_code_is_for_its_address_only(desk: Desk, service: InProcess) -> None:
    code = issued(desk)
    for other in (Address("phone", "+821087654321"), Address("email", "a@b.example")):
        with pytest.raises(Refusal, match="wrong-code"):
            services.take_desk_token(service.parts, other, code)
    assert DeskIssue.objects.get().tries == 0
    assert len(services.take_desk_token(service.parts, ADDRESS, code)) == 96


def test_five_tries(desk: Desk, service: InProcess) -> None:
    code, other = issued(desk), issued(desk, "+821087654321")
    for _ in range(5):
        with pytest.raises(Refusal, match="wrong-code"):
            services.take_desk_token(service.parts, ADDRESS, other)
    with pytest.raises(Refusal, match="wrong-code"):
        services.take_desk_token(service.parts, ADDRESS, code)


def test_a_day(desk: Desk, service: InProcess) -> None:
    code = issued(desk)
    service.clock.now += 86_400
    with pytest.raises(Refusal, match="wrong-code"):
        services.take_desk_token(service.parts, ADDRESS, code)


def test_two_codes_of_one_address_are_both_good(desk: Desk, service: InProcess) -> None:
    first, second = issued(desk), issued(desk)
    assert len(services.take_desk_token(service.parts, ADDRESS, first)) == 96
    assert len(services.take_desk_token(service.parts, ADDRESS, second)) == 96


def test_every_issue_is_a_row_and_a_record_without_address_or_code(desk: Desk) -> None:
    code = issued(desk)
    added, issue = audited(desk)
    assert (added["event"], added["actor"]) == ("desk.staff-added", "kim")
    assert (issue["event"], issue["actor"]) == ("desk.code-issued", "kim")
    row = DeskIssue.objects.get()
    facts = issue["facts"]
    assert facts == {"issue": row.pk, "channel": "phone", "checked": "passport", "of_day": 1}
    kept = desk.config.audit.read_text() + repr(DeskIssue.objects.values_list())
    assert code not in kept
    assert PHONE not in kept


def test_no_record_no_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    user = desk.sign_in("kim", PASSWORD)

    def full(*_: object) -> None:
        raise AuditError("cannot be written", "make room")

    monkeypatch.setattr(AuditLog, "record", full)
    with pytest.raises(AuditError):
        desk.issue(user, "phone", PHONE, "passport")
    assert not DeskIssue.objects.exists()


def test_who_may_not(desk: Desk) -> None:
    User.objects.create_user("lee", password=PASSWORD)
    for name, password in (("kim", "wrong"), ("lee", PASSWORD), ("secret-typed-as-a-name", "x")):
        with pytest.raises(StaffError):
            desk.sign_in(name, password)
    records = [(one["event"], one["actor"]) for one in audited(desk)[1:]]
    assert records == [
        ("desk.sign-in-refused", "kim"),
        ("desk.sign-in-refused", "lee"),
        ("desk.sign-in-refused", "unknown"),
    ]


def test_who_was_removed_may_no_more(desk: Desk) -> None:
    _desk.remove_staff(desk.audit, "kim")
    assert _desk.staff() == []
    with pytest.raises(StaffError):
        desk.sign_in("kim", PASSWORD)
    with pytest.raises(StaffError, match="staff list"):
        _desk.remove_staff(desk.audit, "kim")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("kim", PASSWORD, "already exists"),
        ("lee", "short", "too short"),
        ("lee", "123456789012345", "numeric"),
        ("", PASSWORD, "blank"),
        ("a b", PASSWORD, "valid username"),
    ],
)
def test_staff_that_cannot_be_added(desk: Desk, name: str, password: str, said: str) -> None:
    with pytest.raises(StaffError, match=said):
        _desk.add_staff(desk.audit, name, password)
    assert _desk.staff() == ["kim"]


def test_many_a_day_raise_an_alarm_and_more_are_refused(desk: Desk, service: InProcess) -> None:
    earlier(desk, 28)
    issued(desk)
    assert service.told == []
    issued(desk)
    assert service.told == [("channel-desk-codes", {"issued": 30})]
    earlier(desk, 70)
    with pytest.raises(StaffError, match="most_day"):
        issued(desk)
    service.clock.now += 86_400
    issued(desk)


def earlier(desk: Desk, count: int) -> None:
    """So many issues of today, made without the work."""
    now, user = int(desk.clock()), User.objects.get(username="kim")
    DeskIssue.objects.bulk_create(
        DeskIssue(staff=user, channel="phone", checked="passport", created=now, expires=now)
        for _ in range(count)
    )


def test_only_what_the_list_has_was_checked(desk: Desk) -> None:
    user = desk.sign_in("kim", PASSWORD)
    with pytest.raises(ValueError, match="closed list"):
        desk.issue(user, "phone", PHONE, "he looked honest")
    with pytest.raises(ValueError, match="closed list"):
        desk.issue(user, "letter", "00000000", "passport")
    assert not DeskIssue.objects.exists()
