"""Words whose key comes from data."""

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils import timezone

from breachdesk.cleaning import REASONS as FILE_REASONS
from breachdesk.desk._form import REASONS, REGIONS, STEPS
from breachdesk.desk._said import said
from breachdesk.desk.models import CONTACT_WISHES, FROM_PERSON, KINDS, STATES, TO_PERSON
from breachdesk.envelope import grouped
from breachdesk.incidents.models import PUBLIC_KINDS
from breachdesk.incidents.services import item_names
from breachdesk.site import words

register = template.Library()

_HINTED = (
    "narrative",
    "happened_on",
    "caller_number",
    "caller_text",
    "scam_url",
    "caller_account",
    "loss_won",
    "safe_times",
)
DYNAMIC_KEYS = frozenset(
    {f"desk-kind-{one}" for one in KINDS}
    | {f"desk-region-{one}" for one in REGIONS}
    | {f"desk-contact-wanted-{one}" for one in CONTACT_WISHES}
    | {f"desk-state-{one}" for one in STATES}
    | {f"desk-state-{one}-text" for one in STATES}
    | {f"desk-field-{name}" for step in STEPS for name in step}
    | {f"desk-field-{name}-hint" for name in _HINTED}
    | {f"desk-error-{name}-{reason}" for name, some in REASONS.items() for reason in some}
    | {f"desk-file-{reason}" for reason in FILE_REASONS}
    | {f"desk-step-{number}" for number in range(1, len(STEPS) + 1)}
    | {f"desk-receipt-{reason}" for reason in ("format", "unknown")}
    | {f"desk-wrong-{reason}" for reason in ("empty", "length", "used", "ended")}
    | {f"desk-done-{what}" for what in ("reply", "files", "withdraw")}
    | {f"desk-message-{one}" for one in (TO_PERSON, FROM_PERSON)}
    | {f"desk-told-kind-{one}" for one in PUBLIC_KINDS}
    | {f"desk-told-role-{one}" for one in ("staff", "system")}
    | {"desk-field-urgent"}
    | {"desk-yes", "desk-no", "desk-day", "desk-won"}
)
#: Keys of Fluent have hyphens where names of ours have underlines.
DYNAMIC_KEYS = frozenset(key.replace("_", "-") for key in DYNAMIC_KEYS)


@register.simple_tag(takes_context=True)
def words_of(context: Context, *parts: Any) -> str:
    """The words whose key is `desk-` and these parts, joined by hyphens."""
    key = "-".join(("desk", *(str(part) for part in parts))).replace("_", "-")
    return words(context["language"], key)


@register.simple_tag(takes_context=True)
def said_of(context: Context, name: str, value: Any) -> str:
    """An answer in words."""
    return said(name, value, context["language"])


@register.simple_tag(takes_context=True)
def item_words(context: Context, code: str) -> str:
    """The name of an item that leaked; the code itself for one that is not known."""
    return item_names([code], context["language"])


@register.simple_tag
def localday(at: datetime) -> date:
    """The day of a moment, here."""
    return timezone.localdate(at)


@register.simple_tag
def reason_of(field: BoundField, reasons: list[tuple[str, str]]) -> str:
    """Why this field is wrong, empty if it is not."""
    return dict(reasons).get(field.name, "")


@register.simple_tag
def values_of(field: BoundField) -> list[str]:
    """What is chosen of a field that takes several."""
    value: list[str] = field.field.clean(field.value())
    return value


@register.filter
def in_fours(digits: str) -> str:
    """A receipt number as people read it."""
    return grouped(digits)
