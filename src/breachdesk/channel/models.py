"""What the channel service keeps. No column holds an address or a code in the clear.

Times are Unix seconds. Rows with a hash of an address, and messages, go after a day.
"""

import uuid
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models

from breachdesk.channel._hiding import HASH_LENGTH

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

#: States of a row of the outbox, in their order.
QUEUED, CLAIMED, SENT, DEAD = "queued", "claimed", "sent", "dead"
STATES: Final = (QUEUED, CLAIMED, SENT, DEAD)

#: Why a message is dead. `unknown`: its sender died, or lost the line, between the attempt and its
#: result; it may have arrived, and is never sent again.
REASONS: Final = ("expired", "unknown", "refused", "address", "seal")


class Ask(models.Model):
    """One request for a code: it counts for its address for a day, and its code for minutes."""

    ticket: "models.CharField[str, str]" = models.CharField(max_length=HASH_LENGTH, unique=True)
    address: "models.CharField[str, str]" = models.CharField(max_length=HASH_LENGTH)
    #: Empty once the code was used or is out of date.
    code: "models.CharField[str, str]" = models.CharField(max_length=HASH_LENGTH)
    created: "models.BigIntegerField[int, int]" = models.BigIntegerField(db_index=True)
    expires: "models.BigIntegerField[int, int]" = models.BigIntegerField()
    tries: "models.PositiveSmallIntegerField[int, int]" = models.PositiveSmallIntegerField(
        default=0
    )

    class Meta:
        """Quotas count by address and time."""

        default_permissions = ()
        indexes = (models.Index(fields=("address", "created"), name="channel_ask_address"),)


class Outgoing(models.Model):
    """A message to be sent at most once. `sealed` is emptied when it was sent or is dead."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=uuid.uuid4
    )
    channel: "models.CharField[str, str]" = models.CharField(max_length=8)
    sealed: "models.BinaryField[bytes, bytes]" = models.BinaryField()
    state: "models.CharField[str, str]" = models.CharField(max_length=8, default=QUEUED)
    reason: "models.CharField[str, str]" = models.CharField(max_length=16, default="")
    #: Which attempt holds the row, empty when none does.
    claim: "models.CharField[str, str]" = models.CharField(max_length=32, default="")
    claimed: "models.BigIntegerField[int, int]" = models.BigIntegerField(default=0)
    attempts: "models.PositiveSmallIntegerField[int, int]" = models.PositiveSmallIntegerField(
        default=0
    )
    created: "models.BigIntegerField[int, int]" = models.BigIntegerField(db_index=True)
    due: "models.BigIntegerField[int, int]" = models.BigIntegerField()
    expires: "models.BigIntegerField[int, int]" = models.BigIntegerField()

    class Meta:
        """Senders look for what is due."""

        default_permissions = ()
        indexes = (models.Index(fields=("state", "due"), name="channel_outgoing_due"),)


class Spend(models.Model):
    """What the messages of a day (days since 1970, UTC) were, and cost."""

    day: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(primary_key=True)
    sends: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(default=0)
    money: "models.PositiveBigIntegerField[int, int]" = models.PositiveBigIntegerField(default=0)

    class Meta:
        """Nobody edits it."""

        default_permissions = ()


class LetterTry(models.Model):
    """How often a letter id was given with a code on a day."""

    letter: "models.CharField[str, str]" = models.CharField(max_length=HASH_LENGTH)
    day: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(db_index=True)
    tries: "models.PositiveSmallIntegerField[int, int]" = models.PositiveSmallIntegerField(
        default=0
    )

    class Meta:
        """One row for a letter and a day."""

        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("letter", "day"), name="channel_letter_day"),
        )


class DeskIssue(models.Model):
    """A code that a member of staff issued, and to what proof of identity. Rows are kept.

    `address` and `code` are emptied when the code was used or is out of date.
    """

    staff: "models.ForeignKey[AbstractUser, AbstractUser]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT
    )
    channel: "models.CharField[str, str]" = models.CharField(max_length=8)
    address: "models.CharField[str, str]" = models.CharField(max_length=HASH_LENGTH, db_index=True)
    code: "models.CharField[str, str]" = models.CharField(max_length=HASH_LENGTH)
    checked: "models.CharField[str, str]" = models.CharField(max_length=16)
    created: "models.BigIntegerField[int, int]" = models.BigIntegerField(db_index=True)
    expires: "models.BigIntegerField[int, int]" = models.BigIntegerField()
    tries: "models.PositiveSmallIntegerField[int, int]" = models.PositiveSmallIntegerField(
        default=0
    )
    used: "models.BooleanField[bool, bool]" = models.BooleanField(default=False)

    class Meta:
        """Who may issue: the role of the desk."""

        default_permissions = ()
        permissions = (("issue_desk_code", "Can issue a code at the desk"),)


class Heartbeat(models.Model):
    """When a sender last looked for work."""

    name: "models.CharField[str, str]" = models.CharField(max_length=16, primary_key=True)
    at: "models.BigIntegerField[int, int]" = models.BigIntegerField()

    class Meta:
        """Nobody edits it."""

        default_permissions = ()
