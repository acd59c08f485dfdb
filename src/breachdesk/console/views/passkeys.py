"""Passkeys: the ceremonies of django-otp-webauthn, for staff only and audited."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import JsonResponse
from django_otp_webauthn import exceptions
from django_otp_webauthn.views import (
    BeginCredentialAuthenticationView,
    BeginCredentialRegistrationView,
    CompleteCredentialAuthenticationView,
    CompleteCredentialRegistrationView,
)

from breachdesk.console import _ledger
from breachdesk.console._access import actor_of, anybody, enrolling
from breachdesk.console.models import StaffMember


class _SignIn(CompleteCredentialAuthenticationView):  # type: ignore[misc]  # the library has no types
    """Only members of staff, and each sign-in is recorded."""

    def check_device_usable(self, device: Any) -> None:
        super().check_device_usable(device)
        if StaffMember.of(device.user) is None:
            raise exceptions.UserDisabled

    def complete_auth(self, device: Any) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().complete_auth(device)
        member = StaffMember.of(device.user)
        if member is not None:
            with transaction.atomic():
                _ledger.record(member.actor, "staff.signed-in", factor="passkey")
        return user


class _Register(CompleteCredentialRegistrationView):  # type: ignore[misc]  # as above
    """Each passkey that is added is recorded."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        with transaction.atomic():
            answer: JsonResponse = super().post(*args, **kwargs)
            _ledger.record(actor_of(self.request), "staff.factor-added", factor="passkey")
        return answer


sign_in_begin = anybody(BeginCredentialAuthenticationView.as_view())
sign_in_complete = anybody(_SignIn.as_view())
register_begin = enrolling(BeginCredentialRegistrationView.as_view())
register_complete = enrolling(_Register.as_view())
