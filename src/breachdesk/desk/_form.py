"""The report as a form. What is wrong is said by codes, which the pages have words for.

Limits of length keep a report readable and its row small; each is told at the field.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from breachdesk.desk._amounts import won
from breachdesk.desk._days import day
from breachdesk.desk._report import NewReport
from breachdesk.desk.models import CONTACT_WISHES, KINDS
from breachdesk.incident import ITEMS, in_catalogue_order

#: ISO 3166-2:KR: the seventeen provinces and metropolitan cities, and abroad.
REGIONS: Final = (
    "11", "26", "27", "28", "29", "30", "31", "50", "41", "42", "43", "44", "45", "46", "47", "48",
    "49", "abroad",
)  # fmt: skip
KEY_HEX: Final = 64
#: A claim token (PROTOCOL 6.3): 12 bytes. Zeros stand for none.
_TOKEN_HEX: Final = 24
_OLDEST: Final = date(2000, 1, 1)
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
#: Characters of a text that is sealed.
NARRATIVE_LENGTH: Final = 10_000
LINE_LENGTH: Final = 200
URL_LENGTH: Final = 500
#: The fields of each step, in the order of the page.
STEPS: Final = (
    ("kind",),
    ("narrative", "happened_on", "region"),
    ("caller_number", "caller_text", "scam_url", "caller_account"),
    ("loss_won", "bank_told", "police_told", "items"),
    ("contact_wanted", "contact_name", "contact_phone", "contact_email", "safe_times"),
)
#: What may be wrong with each field.
REASONS: Final = {
    "kind": ("required",),
    "narrative": ("required", "length"),
    "happened_on": ("format", "future"),
    "caller_number": ("length",),
    "caller_text": ("length",),
    "scam_url": ("format", "length"),
    "caller_account": ("length",),
    "loss_won": ("format",),
    "contact_name": ("length",),
    "contact_phone": ("required", "format"),
    "contact_email": ("required", "format"),
    "safe_times": ("length",),
}


def new_key() -> str:
    """The random key of a form that is handed out."""
    return secrets.token_hex(KEY_HEX // 2)


class Text(forms.CharField):
    """A text that is not required unless said, and whose errors are codes."""

    def __init__(self, most: int, *, required: bool = False) -> None:
        super().__init__(required=required, error_messages={"required": "required"})
        self._most = most

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self._most:
            raise ValidationError("length", code="length")


class OneOf(forms.ChoiceField):
    """A choice that a page makes; what is none of it, which no page sends, is nothing."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(choices=[(one, one) for one in known], required=False)

    def clean(self, value: object) -> str:
        return str(value) if self.valid_value(value) else ""


class SomeOf(forms.MultipleChoiceField):
    """The same for several."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(choices=[(one, one) for one in known], required=False)

    def clean(self, value: object) -> list[str]:
        return [one for one in self.to_python(value) if self.valid_value(one)]


class ReportForm(forms.Form):
    """All steps; `short` takes what the short form asks for and no more."""

    form_key = forms.RegexField(rf"[0-9a-f]{{{KEY_HEX}}}")
    incident = forms.CharField(required=False)
    urgent = forms.BooleanField(required=False)
    short_form = forms.BooleanField(required=False)
    kind = forms.ChoiceField(
        choices=[(one, one) for one in KINDS],
        error_messages={"required": "required", "invalid_choice": "required"},
    )
    narrative = Text(NARRATIVE_LENGTH, required=True)
    happened_on = forms.CharField(required=False)
    region = OneOf(REGIONS)
    caller_number = Text(LINE_LENGTH)
    caller_text = Text(NARRATIVE_LENGTH)
    scam_url = Text(URL_LENGTH)
    caller_account = Text(LINE_LENGTH)
    loss_won = forms.CharField(required=False)
    bank_told = forms.BooleanField(required=False)
    police_told = forms.BooleanField(required=False)
    items = SomeOf(tuple(ITEMS))
    claim_token = forms.CharField(required=False)
    contact_wanted = OneOf(CONTACT_WISHES)
    contact_name = Text(LINE_LENGTH)
    contact_phone = forms.CharField(required=False)
    contact_email = forms.CharField(required=False)
    safe_times = Text(LINE_LENGTH)

    def clean_happened_on(self) -> date | None:
        typed = self.cleaned_data["happened_on"]
        if not typed:
            return None
        try:
            found = day(typed)
        except ValueError:
            raise ValidationError("format", code="format") from None
        if found > timezone.localdate():
            raise ValidationError("future", code="future")
        if found < _OLDEST:
            raise ValidationError("format", code="format")
        return found

    def clean_loss_won(self) -> int | None:
        typed = self.cleaned_data["loss_won"]
        if not typed:
            return None
        try:
            return won(typed)
        except ValueError:
            raise ValidationError("format", code="format") from None

    def clean_scam_url(self) -> str:
        """Host and path, with a scheme if one was typed. Of a query nothing is kept: it may name
        the person."""
        typed = re.sub(r"\s", "", self.cleaned_data["scam_url"]).replace("[.]", ".")
        if not typed:
            return ""
        try:
            parts = urlsplit(typed if "://" in typed else f"//{typed}")
            host = parts.hostname or ""
        except ValueError:
            raise ValidationError("format", code="format") from None
        if "." not in host:
            raise ValidationError("format", code="format")
        scheme = f"{parts.scheme}://" if parts.scheme else ""
        return f"{scheme}{host}{parts.path}"

    def clean_items(self) -> list[str]:
        return list(in_catalogue_order(self.cleaned_data["items"]))

    def clean_contact_phone(self) -> str:
        typed: str = self.cleaned_data["contact_phone"]
        digits = re.sub(r"\D", "", typed)
        if typed and not 8 <= len(digits) <= 15:
            raise ValidationError("format", code="format")
        return typed

    def clean_contact_email(self) -> str:
        typed: str = self.cleaned_data["contact_email"]
        if typed and not (len(typed) <= 254 and _EMAIL.fullmatch(typed)):
            raise ValidationError("format", code="format")
        return typed

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        found["contact_wanted"] = wish = found.get("contact_wanted") or "receipt"
        name = f"contact_{wish}"
        if wish != "receipt" and name not in self.errors and not found.get(name):
            self.add_error(name, ValidationError("required", code="required"))
        return found

    def reasons(self) -> list[tuple[str, str]]:
        """Fields that are wrong, each with why, in the order of the page."""
        errors = self.errors.as_data()
        ordered = [name for step in STEPS for name in step if name in errors]
        return [(name, _reason(name, errors[name][0].code)) for name in ordered]

    def report(self, language: str, incident_id: int | None) -> NewReport:
        """What a valid form says."""
        found = self.cleaned_data
        contact = {
            name: found[f"contact_{name}"]
            for name in ("name", "phone", "email")
            if found[f"contact_{name}"]
        }
        texts: dict[str, Any] = {
            name: found[name]
            for name in (
                "narrative",
                "caller_number",
                "caller_text",
                "caller_account",
                "safe_times",
            )
            if found[name]
        }
        if contact:
            texts["contact"] = contact
        return NewReport(
            form_key=bytes.fromhex(found["form_key"]),
            kind=found["kind"],
            language=language,
            incident_id=incident_id,
            region=found["region"],
            happened_on=found["happened_on"],
            loss_won=found["loss_won"],
            bank_told=found["bank_told"],
            police_told=found["police_told"],
            scam_url=found["scam_url"],
            items=tuple(found["items"]),
            claim_token=_token(found["claim_token"]),
            urgent=found["urgent"],
            short_form=found["short_form"],
            contact_wanted=found["contact_wanted"],
            texts=texts,
        )


def _reason(name: str, code: str | None) -> str:
    """One that the pages have words for."""
    return code if code in REASONS[name] else REASONS[name][0]


def _token(handed: str) -> bytes | None:
    """A claim token as the check's page hands it over; zeros, or anything else, is none."""
    if not re.fullmatch(rf"[0-9a-f]{{{_TOKEN_HEX}}}", handed, re.ASCII):
        return None
    found = bytes.fromhex(handed)
    return found if any(found) else None
