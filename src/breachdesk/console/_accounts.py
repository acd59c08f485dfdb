"""Accounts of staff: made on the machine, kept safe by a second factor.

A password alone leads to the setting up of a factor and nowhere else. Refused sign-ins are
recorded; what was typed as a name is written down only if it is one.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_otp import devices_for_user, match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from breachdesk.console import _ledger
from breachdesk.console._policy import ROLES, SERVICE, Actor, permit
from breachdesk.console.errors import Refused, StaffError
from breachdesk.console.models import SignInTry, StaffMember

_UNKNOWN: Final = "unknown"
#: Refused passwords for one name in a quarter of an hour, after which the name waits.
MOST_TRIES: Final = 10
TRY_WINDOW: Final = timedelta(minutes=15)
_RECOVERY_CODES: Final = 10


def sign_in(name: str, password: str) -> User:
    """The user whose name and password these are. Raises Refused: `sign-in`, `too-many`."""
    hidden = _hidden(name)
    since = timezone.now() - TRY_WINDOW
    if SignInTry.objects.filter(name=hidden, at__gt=since).count() >= MOST_TRIES:
        raise Refused("too-many")
    user = authenticate(username=name, password=password)
    if isinstance(user, User) and StaffMember.of(user) is not None:
        return user
    known = StaffMember.objects.filter(user__username=name).exists()
    with transaction.atomic():
        SignInTry.objects.filter(at__lte=since).delete()
        SignInTry.objects.create(name=hidden, at=timezone.now())
        _ledger.record(Actor(name if known else _UNKNOWN), "staff.sign-in-refused")
    raise Refused("sign-in")


def second_factor(actor: Actor, user: User, typed: str) -> TOTPDevice | StaticDevice:
    """The device whose code this is. Raises Refused as `code`, also while a device waits."""
    device = match_token(user, "".join(typed.split()).replace("-", "").lower())
    with transaction.atomic():
        if device is None:
            _ledger.record(actor, "staff.code-refused")
        else:
            _ledger.record(actor, "staff.signed-in", factor=factor_name(device))
    if device is None:
        raise Refused("code")
    found: TOTPDevice | StaticDevice = device
    return found


def begin_totp(user: User) -> TOTPDevice:
    """A device that is not yet confirmed; the one that waits, if there is one."""
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return waiting or TOTPDevice.objects.create(user=user, name="totp", confirmed=False)


def confirm_totp(actor: Actor, user: User, typed: str) -> TOTPDevice:
    """The device, in use from now on. Raises Refused as `code`."""
    device = begin_totp(user)
    if not device.verify_token("".join(typed.split())):
        raise Refused("code")
    with transaction.atomic():
        device.confirmed = True
        device.save()
        _ledger.record(actor, "staff.factor-added", factor="totp")
    return device


def new_recovery_codes(actor: Actor, user: User) -> list[str]:
    """Ten codes, each good once, shown this once. Earlier ones end."""
    with transaction.atomic():
        device, _made = StaticDevice.objects.get_or_create(user=user, name="recovery")
        device.token_set.all().delete()
        codes = [StaticToken.random_token() for _ in range(_RECOVERY_CODES)]
        StaticToken.objects.bulk_create([StaticToken(device=device, token=one) for one in codes])
        _ledger.record(actor, "staff.recovery-codes", codes=len(codes))
    return codes


def remove_factor(actor: Actor, user: User, persistent_id: str) -> None:
    """Raises Refused as `last-factor`: one must be left, and recovery codes are none."""
    devices = {one.persistent_id: one for one in devices_for_user(user)}
    found = devices.get(persistent_id)
    if found is None:
        raise Refused("gone")
    left = [
        one
        for one in devices.values()
        if one.persistent_id != persistent_id and not isinstance(one, StaticDevice)
    ]
    if not left and not isinstance(found, StaticDevice):
        raise Refused("last-factor")
    with transaction.atomic():
        name = factor_name(found)
        found.delete()
        _ledger.record(actor, "staff.factor-removed", factor=name)


def factor_name(device: object) -> str:
    """`totp`, `passkey` or `recovery`."""
    names = {"TOTPDevice": "totp", "StaticDevice": "recovery"}
    return names.get(type(device).__name__, "passkey")


def add(
    name: str, password: str, role: str, *, shown: str = "", actor: Actor = SERVICE
) -> StaffMember:
    """A new account; `shown` is the name that a caller sees on the desk's page.

    Raises StaffError: the name is taken, the password too weak, no such role.
    """
    permit(actor, "staff.manage")
    _check_role(role)
    user = User(username=name, first_name=shown or name)
    try:
        user.full_clean(exclude=("password",))
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise StaffError(" ".join(error.messages)) from None
    user.set_password(password)
    with transaction.atomic():
        user.save(force_insert=True)
        member = StaffMember.objects.create(user=user, role=role)
        _ledger.record(actor, "staff.added", of=name, role=role)
    return member


def set_role(name: str, role: str, *, actor: Actor = SERVICE) -> None:
    """Another role, from the next request on. Raises StaffError."""
    permit(actor, "staff.manage")
    _check_role(role)
    with transaction.atomic():
        member = _member(name)
        _ledger.record(actor, "staff.role", of=name, role=role, before=member.role)
        StaffMember.objects.filter(pk=member.pk).update(role=role)


def set_active(name: str, *, active: bool, actor: Actor = SERVICE) -> None:
    """Let somebody in again, or no more; open sessions end with the next request."""
    permit(actor, "staff.manage")
    with transaction.atomic():
        member = _member(name)
        User.objects.filter(pk=member.pk).update(is_active=active)
        _ledger.record(actor, "staff.let-in" if active else "staff.shut-out", of=name)


def reset(name: str, password: str, *, actor: Actor = SERVICE) -> None:
    """A new password, and no factor: the person sets one up anew. Sessions end. StaffError."""
    permit(actor, "staff.manage")
    with transaction.atomic():
        user = _member(name).user
        try:
            password_validation.validate_password(password, user)
        except ValidationError as error:
            raise StaffError(" ".join(error.messages)) from None
        for device in devices_for_user(user, confirmed=None):
            device.delete()
        user.set_password(password)
        user.save(update_fields=["password"])
        _ledger.record(actor, "staff.reset", of=name)


def members() -> list[StaffMember]:
    """All accounts, by name."""
    return list(StaffMember.objects.select_related("user").order_by("user__username"))


def names() -> dict[str, str]:
    """The name of each, for how history writes him."""
    return {f"staff:{one.pk}": one.user.username for one in members()}


def workers() -> list[StaffMember]:
    """Those who may work cases, by name."""
    return [one for one in members() if one.user.is_active and one.actor.may("case.work")]


def _member(name: str) -> StaffMember:
    member = (
        StaffMember.objects.select_related("user")
        .select_for_update(of=("self",))
        .filter(user__username=name)
        .first()
    )
    if member is None:
        raise StaffError("nobody has that name: see `breachdesk staff list`")
    return member


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise StaffError("a role is one of " + ", ".join(ROLES))


def _hidden(name: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"sign-in\0" + name.encode(), hashlib.sha256).hexdigest()
