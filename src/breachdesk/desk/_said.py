"""The answers of a form, in words, as the page shows them once more."""

from typing import Any

from breachdesk.desk._form import STEPS, ReportForm
from breachdesk.incidents.services import item_names
from breachdesk.site import words


def answers(form: ReportForm, language: str) -> list[tuple[str, str, int]]:
    """Name of the field, what was answered, and the step (from 1) at which it is changed."""
    found = []
    for number, names in enumerate(STEPS, start=1):
        for name in names:
            value = form.cleaned_data[name]
            if value or name in ("bank_told", "police_told"):
                found.append((name, said(name, value, language), number))
    return found


def said(name: str, value: Any, language: str) -> str:
    """One answer in words."""
    match name:
        case "kind" | "region" | "contact_wanted":
            return words(language, f"desk-{name.replace('_', '-')}-{value.replace('_', '-')}")
        case "bank_told" | "police_told":
            return words(language, "desk-yes" if value else "desk-no")
        case "happened_on":
            return words(language, "desk-day", day=value)
        case "loss_won":
            return words(language, "desk-won", sum=value)
        case "items":
            return item_names(value, language)
        case _:
            return str(value)
