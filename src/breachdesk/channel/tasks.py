"""What the sender's process does: deliver what is due, give up what is late, forget after a day."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from django.db import Error as DatabaseFailure
from django.db import close_old_connections

from breachdesk.admission import Alarms
from breachdesk.channel import _outbox
from breachdesk.channel._hiding import Sealer
from breachdesk.channel._outbox import Claim
from breachdesk.channel._senders import Sender
from breachdesk.channel.errors import RefusedForGood, RefusedForNow, SealError
from breachdesk.channel.models import (
    DEAD,
    Ask,
    DeskIssue,
    Heartbeat,
    LetterTry,
    Outgoing,
    Spend,
)
from breachdesk.database import checkpoint

logger = logging.getLogger(__name__)

DAY: Final = 86_400
#: Seconds between two looks at what is late or old.
TIDY_SECONDS: Final = 5.0
_IDLE_SECONDS: Final = 0.25
_AFTER_FAILURE_SECONDS: Final = 2.0
#: How long a result is tried to be written down. Then the row is dead as `unknown`.
_RESULT_SECONDS: Final = 60.0
HEART: Final = "sender"

Clock = Callable[[], float]


def deliver_one(senders: Mapping[str, Sender], sealer: Sealer, clock: Clock = time.time) -> bool:
    """Claim one message, send it, write down the result. False when nothing is due."""
    claim = _outbox.claim(senders, int(clock()))
    if claim is None:
        return False
    _write_down(_attempt(claim, senders, sealer, clock))
    return True


def tidy(now: int) -> None:
    """Wipe, forget, and say that a sender is there."""
    _outbox.give_up(now)
    _outbox.wipe_expired_claims(now)
    purge(now)
    Heartbeat.objects.update_or_create(name=HEART, defaults={"at": now})
    checkpoint()


def purge(now: int) -> int:
    """Codes at their end; hashes of addresses, and all rows but the desk's, after a day.

    How many rows were touched.
    """
    day_ago = now - DAY
    touched = Ask.objects.filter(expires__lte=now).exclude(code="").update(code="")
    ended = DeskIssue.objects.filter(expires__lte=now).exclude(address="")
    touched += ended.update(address="", code="")
    for old in (
        Ask.objects.filter(created__lte=day_ago),
        Outgoing.objects.filter(created__lte=day_ago),
        LetterTry.objects.filter(day__lt=now // DAY),
        Spend.objects.filter(day__lt=day_ago // DAY),
    ):
        touched += old.delete()[0]
    return touched


def watch(alarms: Alarms, most: int) -> None:
    """Raise an alarm when many messages of the last day are dead."""
    count = Outgoing.objects.filter(state=DEAD).count()
    if count >= most:
        alarms.tell("channel-dead-messages", dead=count)


def run(
    senders: Mapping[str, Sender],
    sealer: Sealer,
    stop: threading.Event,
    workers: int,
    look: Callable[[], None],
) -> None:
    """Deliver with `workers` threads, tidy and `look`, until `stop`.

    What is being sent at the end has some seconds to finish; after that it counts as unknown.
    """
    threads = [
        threading.Thread(target=_deliver, args=(senders, sealer, stop), daemon=True)
        for _ in range(workers)
    ]
    for thread in threads:
        thread.start()
    while not stop.is_set():
        _guarded(lambda: tidy(int(time.time())), stop)
        _guarded(look, stop)
        stop.wait(TIDY_SECONDS)
    for thread in threads:
        thread.join(timeout=4.0 / workers)


def _deliver(senders: Mapping[str, Sender], sealer: Sealer, stop: threading.Event) -> None:
    while not stop.is_set():
        if not _guarded(lambda: deliver_one(senders, sealer), stop):
            stop.wait(_IDLE_SECONDS)


def _guarded(work: Callable[[], bool | None], stop: threading.Event) -> bool:
    """Do some work; a failure is told by its kind, never by its text, and waited out."""
    try:
        close_old_connections()
        return bool(work())
    except Exception as error:  # noqa: BLE001 (the loop must go on)
        logger.error("the outbox could not be worked: %s", type(error).__name__)  # noqa: TRY400
        stop.wait(_AFTER_FAILURE_SECONDS)
        return False


def _attempt(
    claim: Claim, senders: Mapping[str, Sender], sealer: Sealer, clock: Clock
) -> Callable[[], bool]:
    """Send, once. What is to be written down of it."""
    try:
        message = claim.message(sealer)
    except SealError:
        return lambda: _outbox.dead(claim, "seal")
    try:
        senders[message.channel].send(message)
    except RefusedForNow:
        now = int(clock())
        return lambda: _outbox.again(claim, now)
    except RefusedForGood as refusal:
        reason = refusal.reason
        return lambda: _outbox.dead(claim, reason)
    except Exception as error:  # noqa: BLE001 (whatever it was, nobody knows whether it was sent)
        logger.error("a message may or may not have been sent: %s", type(error).__name__)  # noqa: TRY400
        return lambda: _outbox.dead(claim, "unknown")
    return lambda: _outbox.accepted(claim)


def _write_down(result: Callable[[], bool]) -> None:
    """A database that is away for a moment must not make a sent message unknown."""
    give_up = time.monotonic() + _RESULT_SECONDS
    while True:
        try:
            result()
        except DatabaseFailure:
            if time.monotonic() > give_up:
                raise
            time.sleep(_AFTER_FAILURE_SECONDS)
            close_old_connections()
        else:
            return
