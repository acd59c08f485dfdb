"""A code is exchanged once, by whoever has its ticket, in time, with five tries at most."""

import hmac
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from breachdesk.channel import services
from breachdesk.channel.errors import Refusal
from breachdesk.channel.models import Ask
from breachdesk.channel.services import Address
from breachdesk.identifiers import token_input
from breachdesk.voprf import Evaluation, blind, evaluate_known, finalize
from tests.factories.channel import MAILBOX, PHONE, InProcess
from tests.factories.sent_codes import another, newest_code

ADDRESS = Address("phone", PHONE)
ONE = b"\x01" + bytes(31)


def asked(service: InProcess, address: Address = ADDRESS) -> tuple[str, str]:
    """Ticket and code."""
    ticket = services.ask(service.parts, address, "en")
    return ticket, newest_code(service)


def refused(act: Callable[[], object]) -> bool:
    """Whether it is refused as a wrong code; anything else raises."""
    try:
        act()
    except Refusal as refusal:
        assert refusal.problem == "wrong-code"  # noqa: PT017 (threads cannot use pytest.raises)
        return True
    return False


@pytest.mark.parametrize("address", [ADDRESS, Address("email", MAILBOX)])
def test_a_right_code_gives_the_token_that_a_builder_computes(
    service: InProcess, address: Address
) -> None:
    ticket, code = asked(service, address)
    answer = services.take_token(service.parts, address, ticket, code)
    value = token_input(1, address.channel, address.text.encode())
    channel = service.made.opened.oprf("channel")
    evaluation = Evaluation(answer[:32], answer[32:])
    token = finalize(value, blind(value, fixed_blind=ONE), evaluation, channel.public)
    assert token == evaluate_known(channel.secret, value)


def test_a_used_code_is_gone(service: InProcess) -> None:
    ticket, code = asked(service)
    services.take_token(service.parts, ADDRESS, ticket, code)
    assert refused(lambda: services.take_token(service.parts, ADDRESS, ticket, code))
    assert Ask.objects.get().code == ""


def test_five_tries_and_the_right_code_is_wrong(service: InProcess) -> None:
    ticket, code = asked(service)
    for _ in range(5):
        assert refused(lambda: services.take_token(service.parts, ADDRESS, ticket, another(code)))
    assert refused(lambda: services.take_token(service.parts, ADDRESS, ticket, code))
    assert Ask.objects.get().tries == 5


def test_the_fifth_try_may_be_right(service: InProcess) -> None:
    ticket, code = asked(service)
    for _ in range(4):
        assert refused(lambda: services.take_token(service.parts, ADDRESS, ticket, another(code)))
    assert len(services.take_token(service.parts, ADDRESS, ticket, code)) == 96


def test_ten_minutes(service: InProcess) -> None:
    ticket, code = asked(service)
    service.clock.now += 599
    other = services.ask(service.parts, ADDRESS, "ko")
    service.clock.now += 1
    assert refused(lambda: services.take_token(service.parts, ADDRESS, ticket, code))
    assert len(services.take_token(service.parts, ADDRESS, other, newest_code(service))) == 96


def test_further_requests_leave_a_code_good(service: InProcess) -> None:
    ticket, code = asked(service)
    for _ in range(2):
        services.ask(service.parts, ADDRESS, "ko")
    assert len(services.take_token(service.parts, ADDRESS, ticket, code)) == 96


def test_a_code_belongs_to_its_ticket_and_address(service: InProcess) -> None:
    first, code = asked(service)
    second = services.ask(service.parts, ADDRESS, "ko")
    other = Address("phone", "+821087654321")
    for address, ticket in (
        (ADDRESS, second),
        (ADDRESS, "00" * 16),
        (other, first),
        (Address("email", MAILBOX), first),
    ):
        assert refused(lambda a=address, t=ticket: services.take_token(service.parts, a, t, code))  # type: ignore[misc]  # bound at once
    assert len(services.take_token(service.parts, ADDRESS, first, code)) == 96


def test_the_try_is_counted_even_if_what_follows_fails(
    service: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between count and comparison must not give a try back."""
    ticket, code = asked(service)

    def crash(*_: object) -> bool:
        raise MemoryError

    monkeypatch.setattr("breachdesk.channel.services.hmac.compare_digest", crash)
    for tries in range(1, 6):
        with pytest.raises(MemoryError):
            services.take_token(service.parts, ADDRESS, ticket, code)
        assert Ask.objects.get().tries == tries
    monkeypatch.undo()
    assert refused(lambda: services.take_token(service.parts, ADDRESS, ticket, code))


def test_parallel_tries_are_five_at_most(
    service: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, code = asked(service)
    compared: list[object] = []
    honest = hmac.compare_digest

    def noting(*pair: str) -> bool:
        compared.append(pair)
        return honest(*pair)

    monkeypatch.setattr("breachdesk.channel.services.hmac.compare_digest", noting)
    outcomes = together(
        24,
        lambda: refused(lambda: services.take_token(service.parts, ADDRESS, ticket, another(code))),
    )
    assert outcomes == [True] * 24
    assert len(compared) == Ask.objects.get().tries == 5


def test_of_parallel_right_codes_one_is_taken(service: InProcess) -> None:
    ticket, code = asked(service)
    outcomes = together(
        16, lambda: refused(lambda: services.take_token(service.parts, ADDRESS, ticket, code))
    )
    assert outcomes.count(False) == 1


def test_parallel_asks_keep_to_the_quota(service: InProcess) -> None:
    def ask() -> str:
        try:
            services.ask(service.parts, ADDRESS, "ko")
        except Refusal as refusal:
            return refusal.problem
        return "sent"

    outcomes = together(16, ask)
    assert (outcomes.count("sent"), outcomes.count("too-many-requests")) == (3, 13)
    assert Ask.objects.count() == 3


def test_many_wrong_codes_raise_an_alarm(service: InProcess) -> None:
    for _ in range(500):
        assert refused(lambda: services.take_token(service.parts, ADDRESS, "00" * 16, "12345678"))
    assert service.told == [("channel-wrong-codes", {"failed": 500})]


def together(count: int, act: Callable[[], Any]) -> list[Any]:
    """Do it in so many threads at once."""
    barrier = threading.Barrier(count)
    found: list[Any] = []

    def work() -> None:
        barrier.wait()
        try:
            found.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
