"""The outbox: a message is claimed by one sender, durably, before it is sent.

A row goes queued, claimed, sent; or back to queued when it was certainly refused for now; or dead.
It never goes from claimed to queued for any other reason: what a sender that died had claimed is
dead as `unknown`. So each message is sent at most once, and every one that was acknowledged is
sent, or dead and counted.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.db.models import Count

from breachdesk.channel._hiding import Sealer
from breachdesk.channel._messages import Message
from breachdesk.channel.models import CLAIMED, DEAD, QUEUED, SENT, Outgoing

#: Seconds after which a claim without a result is given up: longer than any sender's timeouts.
CLAIM_SECONDS: Final = 180
_FIRST_WAIT: Final = 5
_LONGEST_WAIT: Final = 120


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this attempt alone holds."""

    row: Outgoing
    token: str

    def message(self, sealer: Sealer) -> Message:
        """What is to be sent. Raises SealError."""
        row = self.row
        return Message.decode(
            str(row.id), row.channel, sealer.open(row.id.bytes, bytes(row.sealed))
        )


def put(message: Message, sealer: Sealer, row: Outgoing) -> None:
    """Seal a message into its row, and save it, in the caller's transaction."""
    row.sealed = sealer.seal(row.id.bytes, message.encode())
    row.save(force_insert=True)


def claim(channels: Iterable[str], now: int) -> Claim | None:
    """Take the row that is longest due. Committed when this returns."""
    due = Outgoing.objects.filter(
        state=QUEUED, due__lte=now, expires__gt=now, channel__in=tuple(channels)
    ).order_by("due", "created")
    token = secrets.token_hex(16)
    while True:
        with transaction.atomic():
            rows = due
            if connection.features.has_select_for_update_skip_locked:
                rows = due.select_for_update(skip_locked=True)
            row = rows.first()
            if row is None:
                return None
            taken = Outgoing.objects.filter(pk=row.pk, state=QUEUED).update(
                state=CLAIMED, claim=token, claimed=now, attempts=row.attempts + 1
            )
        if taken:
            row.attempts += 1
            return Claim(row, token)


def accepted(claim: Claim) -> bool:
    """The message was accepted: wipe it. False if the claim had been given up meanwhile."""
    return _settle(claim, state=SENT)


def dead(claim: Claim, reason: str) -> bool:
    """The message is not to be tried again: wipe it."""
    return _settle(claim, state=DEAD, reason=reason)


def again(claim: Claim, now: int) -> bool:
    """The message was refused for now: it is due later, each time twice as long."""
    wait = min(_LONGEST_WAIT, _FIRST_WAIT << min(claim.row.attempts - 1, 10))
    held = Outgoing.objects.filter(pk=claim.row.pk, state=CLAIMED, claim=claim.token)
    return held.update(state=QUEUED, claim="", due=now + wait) == 1


def give_up(now: int) -> int:
    """Wipe what is out of date, and what dead senders held. How many rows died."""
    late = Outgoing.objects.filter(state=QUEUED, expires__lte=now)
    lost = Outgoing.objects.filter(state=CLAIMED, claimed__lte=now - CLAIM_SECONDS)
    return late.update(state=DEAD, reason="expired", sealed=b"") + lost.update(
        state=DEAD, reason="unknown", claim="", sealed=b""
    )


def wipe_expired_claims(now: int) -> int:
    """A claimed row keeps its state, and loses its text at its code's end at the latest."""
    held = Outgoing.objects.filter(state=CLAIMED, expires__lte=now).exclude(sealed=b"")
    return held.update(sealed=b"")


def counts() -> dict[tuple[str, str, str], int]:
    """Rows by channel, state and reason."""
    rows = Outgoing.objects.values_list("channel", "state", "reason").annotate(n=Count("pk"))
    return {(channel, state, reason): n for channel, state, reason, n in rows.order_by()}


def _settle(claim: Claim, *, state: str, reason: str = "") -> bool:
    held = Outgoing.objects.filter(pk=claim.row.pk, state=CLAIMED, claim=claim.token)
    return held.update(state=state, reason=reason, claim="", sealed=b"") == 1
