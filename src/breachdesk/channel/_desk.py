"""The desk: people without the phone or mail of then, a member of staff, an identity check, a code.

A code is good for one address, one day, five tries and one use. Each issue is a row and an audit
record in one transaction, is counted, and raises an alarm when there are many.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.models import AbstractUser, Permission, User
from django.core.exceptions import ValidationError
from django.db import transaction

from breachdesk.admission import Alarms
from breachdesk.audit import AuditLog
from breachdesk.channel._config import CHECKED, ChannelConfig
from breachdesk.channel._hiding import Hider
from breachdesk.channel.errors import StaffError
from breachdesk.channel.models import DeskIssue, Spend
from breachdesk.identifiers import CODE_ALPHABET, with_check_character
from breachdesk.keys import open_folder

ROLE: Final = "issue_desk_code"
DESK_CODE_SECONDS: Final = 86_400
_DAY: Final = 86_400
_PAYLOAD: Final = 15
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk works with: of the keys, `address` alone."""

    config: ChannelConfig
    hider: Hider = field(repr=False)
    audit: AuditLog
    alarms: Alarms
    clock: Callable[[], float]

    def sign_in(self, name: str, password: str) -> AbstractUser:
        """A member of staff with the role. Raises StaffError; refusals are audited.

        What was typed as a name is written down only if it is one.
        """
        user = authenticate(username=name, password=password)
        if isinstance(user, AbstractUser) and user.has_perm(f"channel.{ROLE}"):
            return user
        known = User.objects.filter(username=name).exists()
        self.audit.record("desk.sign-in-refused", name if known else _UNKNOWN, {})
        raise StaffError("name or password is wrong, or the person has no desk role")

    def issue(self, user: AbstractUser, channel: str, address: str, checked: str) -> str:
        """A new code for a canonical address. The only time that it is to be seen.

        Raises StaffError when the day's most are issued, ValueError for what the lists do not have.
        """
        if checked not in CHECKED or channel not in ("phone", "email"):
            raise ValueError("not of the closed list")
        now = int(self.clock())
        code = with_check_character("".join(secrets.choice(CODE_ALPHABET) for _ in range(_PAYLOAD)))
        Spend.objects.get_or_create(day=now // _DAY)
        with transaction.atomic():
            # The day's row, locked: two counters cannot both issue the last code of the day.
            Spend.objects.select_for_update().get(day=now // _DAY)
            number = DeskIssue.objects.filter(created__gte=now - now % _DAY).count() + 1
            if number > self.config.desk.most_day:
                raise StaffError(
                    "the day's desk codes are used up: [desk] most_day in the channel file"
                )
            row = DeskIssue.objects.create(
                staff=user,
                channel=channel,
                address=self.hider.address(channel, address),
                code=self.hider.desk_code(channel, address, code),
                checked=checked,
                created=now,
                expires=now + DESK_CODE_SECONDS,
            )
            facts = {"issue": row.pk, "channel": channel, "checked": checked, "of_day": number}
            self.audit.record("desk.code-issued", user.username, facts)
        if number >= self.config.desk.alarm_day:
            self.alarms.tell("channel-desk-codes", issued=number)
        return code


def open_desk(
    config: ChannelConfig, keys: Path, alarms: Alarms, clock: Callable[[], float]
) -> Desk:
    """Raises keys.KeysError."""
    hider = Hider(open_folder(keys, only=("address",)).address)
    return Desk(config, hider, AuditLog(config.audit), alarms, clock)


def add_staff(audit: AuditLog, name: str, password: str) -> None:
    """A person with the role of the desk. Raises StaffError: name taken, password too weak."""
    user = User(username=name)
    try:
        user.full_clean(exclude=("password",))
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise StaffError(" ".join(error.messages)) from None
    user.set_password(password)
    with transaction.atomic():
        user.save(force_insert=True)
        role = Permission.objects.get(codename=ROLE, content_type__app_label="channel")
        user.user_permissions.add(role)
        audit.record("desk.staff-added", name, {})


def remove_staff(audit: AuditLog, name: str) -> None:
    """The person may issue no more; what was issued stays. Raises StaffError."""
    with transaction.atomic():
        if not User.objects.filter(username=name, is_active=True).update(is_active=False):
            raise StaffError(
                "nobody of that name is at the desk: see `breachdesk channel staff list`"
            )
        audit.record("desk.staff-removed", name, {})


def staff() -> list[str]:
    """Names of those who may issue codes."""
    people = User.objects.filter(is_active=True, user_permissions__codename=ROLE)
    return list(people.order_by("username").values_list("username", flat=True))
