"""Asking: the same for every address, within quotas, all of it or nothing."""

import json
import re
from pathlib import Path

import pytest

from breachdesk.channel import services
from breachdesk.channel.errors import Refusal
from breachdesk.channel.models import Ask, Outgoing, Spend
from breachdesk.channel.services import Address
from tests.factories.channel import MAILBOX, PHONE, InProcess, in_process, make_channel


def phone(number: str = PHONE) -> Address:

    return Address("phone", number)


def test_asking_enqueues_one_message_and_writes_one_row(service: InProcess) -> None:

    ticket = services.ask(service.parts, phone(), "ko")
    assert re.fullmatch("[0-9a-f]{32}", ticket)
    row, message = Ask.objects.get(), Outgoing.objects.get()
    assert (row.tries, row.expires - row.created) == (0, 600)
    assert (message.state, message.channel, message.expires) == ("queued", "phone", row.expires)
    opened = json.loads(service.parts.sealer.open(message.id.bytes, bytes(message.sealed)))
    assert opened["to"] == PHONE
    code = re.search(r"\d{4} \d{4}", opened["text"])
    assert code is not None
    kept = repr(Ask.objects.values_list()) + repr(Outgoing.objects.values_list())
    for canary in (PHONE, PHONE[3:], ticket, code[0], code[0].replace(" ", "")):
        assert canary not in kept


def test_three_an_hour_and_six_a_day(service: InProcess) -> None:

    def ask() -> int | None:
        try:
            services.ask(service.parts, phone(), "ko")
        except Refusal as refusal:
            return refusal.retry_after if refusal.problem == "too-many-requests" else -1
        return None

    assert [ask() for _ in range(4)] == [None, None, None, 3600]
    service.clock.now += 1800
    assert ask() == 1800
    services.ask(service.parts, phone("+821099999999"), "ko")
    service.clock.now += 1800
    assert [ask() for _ in range(3)] == [None] * 3
    service.clock.now += 3601
    wait = ask()
    assert wait is not None
    assert 86_400 - 7201 <= wait <= 86_400 - 7201 + 600
    service.clock.now += wait
    assert ask() is None
    assert Ask.objects.count() == Outgoing.objects.count() == 8
    assert sum(Spend.objects.values_list("sends", flat=True)) == 8


def test_codes_asked_before_stay_good(service: InProcess) -> None:

    tickets = [services.ask(service.parts, phone(), "ko") for _ in range(3)]
    assert Ask.objects.exclude(code="").count() == len(set(tickets)) == 3


@pytest.mark.parametrize(
    ("channel", "address", "served"),
    [
        ("phone", "+821012345678", True),
        ("phone", "+15551234567", True),
        ("phone", "+8225551234", False),
        ("phone", "+447700900123", False),
        ("email", MAILBOX, True),
        ("email", "a@denied.example.net", False),
        ("email", "a@sub.denied.example.net", True),
    ],
)
def test_only_configured_ranges(
    tmp_path: Path, channel: str, address: str, *, served: bool
) -> None:
    with in_process(make_channel(tmp_path)) as service:
        asked = services.Address(channel, address)
        if served:
            services.ask(service.parts, asked, "en")
        else:
            with pytest.raises(Refusal, match="not-served"):
                services.ask(service.parts, asked, "en")
        rows = (Ask.objects.count(), Outgoing.objects.count(), Spend.objects.count())
        assert rows == ((1, 1, 1) if served else (0, 0, 0))


def test_a_day_has_a_cap_of_sends_and_an_alarm(tmp_path: Path) -> None:
    made = make_channel(tmp_path)
    made.config.write_text(made.config.read_text().replace("sends_day = 1000000", "sends_day = 5"))
    with in_process(made) as service:
        for number in range(5):
            services.ask(service.parts, phone(f"+82101234567{number}"), "ko")
        assert service.told == [
            ("channel-spend", {"sends": 4, "money": 80}),
            ("channel-spend", {"sends": 5, "money": 100}),
        ]
        with pytest.raises(Refusal, match="unavailable") as refused:
            services.ask(service.parts, phone("+821055555555"), "ko")
        assert refused.value.retry_after == 3600
        assert Ask.objects.count() == 5
        service.clock.now += 86_400
        services.ask(service.parts, phone("+821055555555"), "ko")


def test_a_day_has_a_cap_of_money(tmp_path: Path) -> None:
    made = make_channel(tmp_path)
    text = made.config.read_text().replace("money_day = 100000000", "money_day = 59")
    made.config.write_text(text)
    with in_process(made) as service:
        for number in range(2):
            services.ask(service.parts, phone(f"+82101234567{number}"), "ko")
        with pytest.raises(Refusal, match="unavailable"):
            services.ask(service.parts, phone("+821012345679"), "ko")
        services.ask(service.parts, services.Address("email", MAILBOX), "ko")


def test_an_address_quota_takes_nothing_from_the_day(service: InProcess) -> None:

    for _ in range(3):
        services.ask(service.parts, phone(), "ko")
    for _ in range(5):
        with pytest.raises(Refusal):
            services.ask(service.parts, phone(), "ko")
    assert Spend.objects.get().sends == 3
