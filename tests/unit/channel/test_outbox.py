"""Each message is sent at most once, and none that was acknowledged is lost."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import OperationalError, connection

from breachdesk.channel import _outbox, services, tasks
from breachdesk.channel._messages import Message
from breachdesk.channel.errors import RefusedForGood, RefusedForNow, SealError
from breachdesk.channel.models import Ask, Outgoing
from breachdesk.channel.services import Address
from tests.factories.channel import PHONE, InProcess


@dataclass
class Recorder:
    """A sender that does as it is told, and remembers."""

    act: Callable[[], None] = lambda: None
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.sent.append(message)
        self.act()


@pytest.fixture
def sender() -> Recorder:
    return Recorder()


def ask(service: InProcess, number: str = PHONE) -> None:
    services.ask(service.parts, Address("phone", number), "ko")


def deliver(service: InProcess, sender: Recorder) -> bool:
    return tasks.deliver_one({"phone": sender}, service.parts.sealer, service.clock)


def failing(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def row() -> tuple[str, str, bytes]:
    found = Outgoing.objects.get()
    return found.state, found.reason, bytes(found.sealed)


def test_sent_once_to_the_address_and_wiped(service: InProcess, sender: Recorder) -> None:
    ask(service)
    assert deliver(service, sender)
    assert not deliver(service, sender)
    (message,) = sender.sent
    assert (message.to, message.id) == (PHONE, str(Outgoing.objects.get().id))
    assert row() == ("sent", "", b"")


def test_a_refusal_for_now_is_tried_again_later_each_time(
    service: InProcess, sender: Recorder
) -> None:
    ask(service)
    sender.act = failing(RefusedForNow("refused"))
    waits = []
    for _ in range(6):
        assert deliver(service, sender)
        due = Outgoing.objects.get().due
        waits.append(due - int(service.clock()))
        service.clock.now = due - 1
        assert not deliver(service, sender)
        service.clock.now = due
    assert waits == [5, 10, 20, 40, 80, 120]
    assert len({message.id for message in sender.sent}) == 1
    sender.act = lambda: None
    deliver(service, sender)
    assert row() == ("sent", "", b"")


def test_what_was_never_taken_expires_with_its_code(service: InProcess, sender: Recorder) -> None:
    ask(service)
    sender.act = failing(RefusedForNow("refused"))
    deliver(service, sender)
    service.clock.now += 600
    assert not deliver(service, sender)
    tasks.tidy(int(service.clock()))
    assert row() == ("dead", "expired", b"")
    assert len(sender.sent) == 1


def test_a_refusal_for_good_is_dead(service: InProcess, sender: Recorder) -> None:
    ask(service)
    sender.act = failing(RefusedForGood("refused"))
    deliver(service, sender)
    assert row() == ("dead", "refused", b"")


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionResetError(), RuntimeError("x")])
def test_what_nobody_knows_is_never_sent_again(
    service: InProcess, sender: Recorder, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    ask(service)
    sender.act = failing(error)
    deliver(service, sender)
    assert row() == ("dead", "unknown", b"")
    service.clock.now += 500
    assert not deliver(service, sender)
    assert PHONE not in caplog.text


def test_a_claim_whose_sender_died_is_unknown(service: InProcess, sender: Recorder) -> None:
    ask(service)
    claim = _outbox.claim(["phone"], int(service.clock()))
    assert claim is not None
    assert not deliver(service, sender)
    service.clock.now += _outbox.CLAIM_SECONDS - 1
    tasks.tidy(int(service.clock()))
    assert row()[0] == "claimed"
    service.clock.now += 1
    tasks.tidy(int(service.clock()))
    assert row() == ("dead", "unknown", b"")
    assert not deliver(service, sender)
    assert not _outbox.accepted(claim)
    assert not _outbox.again(claim, int(service.clock()))
    assert row() == ("dead", "unknown", b"")


def test_a_claimed_row_loses_its_text_when_its_code_ends(service: InProcess) -> None:
    ask(service)
    service.clock.now += 590
    assert _outbox.claim(["phone"], int(service.clock())) is not None
    service.clock.now += 10
    tasks.tidy(int(service.clock()))
    assert row() == ("claimed", "", b"")


def test_a_row_that_was_changed_is_not_sent(service: InProcess, sender: Recorder) -> None:
    ask(service)
    ask(service, "+821087654321")
    first, second = Outgoing.objects.order_by("created", "id")
    Outgoing.objects.filter(pk=first.pk).update(sealed=second.sealed)
    Outgoing.objects.filter(pk=second.pk).delete()
    deliver(service, sender)
    assert row() == ("dead", "seal", b"")
    assert sender.sent == []


def test_a_channel_without_a_sender_waits(service: InProcess, sender: Recorder) -> None:
    services.ask(service.parts, Address("email", "a@b.example"), "ko")
    assert not deliver(service, sender)
    assert row()[0] == "queued"


def test_many_senders_share_the_work_and_send_each_once(service: InProcess) -> None:
    for number in range(40):
        ask(service, f"+8210123456{number:02d}")
    sender, lock = Recorder(), threading.Lock()

    class Careful:
        def send(self, message: Message) -> None:
            with lock:
                sender.sent.append(message)

    def work() -> None:
        try:
            while tasks.deliver_one({"phone": Careful()}, service.parts.sealer, service.clock):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sender.sent) == len({message.to for message in sender.sent}) == 40
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"sent"}


def test_a_day_later_nothing_is_left(service: InProcess, sender: Recorder) -> None:
    ask(service)
    deliver(service, sender)
    service.clock.now += 600
    tasks.tidy(int(service.clock()))
    assert Ask.objects.get().code == ""
    service.clock.now += 86_400 - 601
    tasks.tidy(int(service.clock()))
    assert Ask.objects.count() == Outgoing.objects.count() == 1
    service.clock.now += 1
    tasks.tidy(int(service.clock()))
    assert Ask.objects.count() == Outgoing.objects.count() == 0


def test_counts_and_the_alarm_of_dead_messages(service: InProcess, sender: Recorder) -> None:
    sender.act = failing(RefusedForGood("refused"))
    for number in range(3):
        ask(service, f"+82101234567{number}")
    deliver(service, sender)
    deliver(service, sender)
    assert _outbox.counts() == {("phone", "dead", "refused"): 2, ("phone", "queued", ""): 1}
    tasks.watch(service.parts.alarms, 3)
    assert service.told == []
    tasks.watch(service.parts.alarms, 2)
    assert service.told == [("channel-dead-messages", {"dead": 2})]


def test_a_result_is_written_down_though_the_database_was_away(
    service: InProcess, sender: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(service)
    honest, tried = _outbox.accepted, []

    def sometimes(claim: _outbox.Claim) -> bool:
        tried.append(claim)
        if len(tried) == 1:
            raise OperationalError
        return honest(claim)

    monkeypatch.setattr(_outbox, "accepted", sometimes)
    monkeypatch.setattr(tasks, "_AFTER_FAILURE_SECONDS", 0.01)
    deliver(service, sender)
    assert row() == ("sent", "", b"")
    assert len(sender.sent) == 1


def test_a_seal_is_bound_to_its_row(service: InProcess) -> None:
    sealer, one, other = service.parts.sealer, uuid.uuid4().bytes, uuid.uuid4().bytes
    sealed = sealer.seal(one, b"text")
    assert sealer.open(one, sealed) == b"text"
    for row_id, data in ((other, sealed), (one, sealed[:-1]), (one, b""), (one, b"x" * 40)):
        with pytest.raises(SealError):
            sealer.open(row_id, data)
