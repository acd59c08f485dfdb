"""Words whose key comes from data, times as people on their tenth hour read them, and plots."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from breachdesk.console._clusters import FEWEST
from breachdesk.console._figures import REGIONS
from breachdesk.console._policy import ROLES
from breachdesk.console._queue import VIEWS
from breachdesk.console._spans import clock, spoken
from breachdesk.console.models import CALL_KINDS, CLUSTER_STATES
from breachdesk.desk.models import (
    CHANNELS,
    CONTACT_WISHES,
    FINGERPRINT_KINDS,
    KINDS,
    SEALED_KINDS,
    STATES,
    VERDICTS,
)
from breachdesk.incident import CONTACT_KINDS
from breachdesk.incidents import services
from breachdesk.incidents.models import ENTRY_KINDS, KNOWN, REPORTED, UNDONE, Entry
from breachdesk.site import integrity, words

register = template.Library()

FACTORS: Final = ("totp", "passkey", "recovery")
REASONS: Final = (
    "clock-before",
    "clock-done",
    "clock-later",
    "clock-none",
    "clock-not-done",
    "clock-rule",
    "code",
    "contact",
    "contact-parts",
    "date",
    "draft-changed",
    "empty",
    "ended",
    "failed",
    "form",
    "gone",
    "incident-changed",
    "incident-words",
    "kind",
    "last-factor",
    "merged",
    "moment",
    "no-worker",
    "not-allowed",
    "not-ended",
    "not-open",
    "number",
    "own-account",
    "phone-end",
    "reply-changed",
    "same",
    "sent-already",
    "sign-in",
    "taken",
    "too-long",
    "too-many",
    "too-many-cases",
    "too-many-replies",
    "unchanged",
)
#: What history and audit log name; anything else is shown as it is.
VERBS: Final = (
    "received",
    "opened",
    "not-opened",
    "read",
    "taken",
    "assigned",
    "asked",
    "replied",
    "noted",
    "summarised",
    "resolved",
    "closed",
    "reopened",
    "urgent",
    "not-urgent",
    "merged-into",
    "took-over",
    "message",
    "text",
    "withdrawn",
    "recovery-asked",
    "receipt-resealed",
    "files",
)
#: Families of words, with all values: a test holds them and the Fluent files together.
FAMILIES: Final = {
    "kind": KINDS,
    "state": STATES,
    "channel": CHANNELS,
    "region": tuple(one or "none" for one in REGIONS),
    "role": ROLES,
    "view": VIEWS,
    "text": SEALED_KINDS,
    "mark": FINGERPRINT_KINDS,
    "cluster": CLUSTER_STATES,
    "about": CALL_KINDS,
    "wish": CONTACT_WISHES,
    "verdict": VERDICTS,
    "factor": FACTORS,
    "refused": REASONS,
    "verb": VERBS,
    "spoken": ("ko", "en"),
    "entry": ENTRY_KINDS,
    "route": CONTACT_KINDS,
    "way": ("uses", "never", "none"),
    "part": tuple(
        f"{part}_{language}" for part in ("name", "value", "hours") for language in ("ko", "en")
    ),
}


@register.simple_tag(takes_context=True)
def word(context: Context, family: str, value: str) -> str:
    """The word for a value of a closed list; a value of no list stays as it is."""
    value = value or "none"
    if value not in FAMILIES[family]:
        return value
    return words(context["language"], f"{family}-{value.replace('_', '-')}")


@register.simple_tag
def console_script() -> SafeString:
    """The element for the console's script, with its integrity."""
    name = "console/console.js"
    return mark_safe(  # noqa: S308 both values are ours
        f'<script type="module" src="{static(name)}" integrity="{integrity(name)}"></script>'
    )


@register.filter
def named(actor: str, people: dict[str, str]) -> str:
    """The name of a member of staff, for how history writes him."""
    return people.get(actor, actor)


@register.filter
def item_names(codes: list[str], language: str) -> str:
    """What leaked, in words."""
    return services.item_names(codes, language)


@register.filter
def known_by(entry: Entry, language: str) -> str:
    """How a line of the timeline is known; for a clock, the article of its rule."""
    rule = services.rules().get(entry.source) if entry.kind in (KNOWN, REPORTED, UNDONE) else None
    if rule is None:
        return entry.source
    return rule.article if language == "ko" else rule.article_en


@register.filter
def when(value: datetime | None) -> str:
    """Date and minute in the desk's zone; a dash for none."""
    return timezone.localtime(value).strftime("%m-%d %H:%M") if value else "–"


@register.filter
def day_time(value: datetime) -> str:
    """The same with the year, for what may be long ago."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


register.filter("clock", clock)


@register.simple_tag(takes_context=True)
def span(context: Context, value: timedelta | None) -> str:
    """A length of time in its two largest units; a minus in front of a promise that is broken."""
    return spoken(context["language"], value)


@register.simple_tag(takes_context=True)
def waited(context: Context, case: Any) -> str:
    """How long a person has waited."""
    return span(context, context["now"] - case.received_at)


@register.simple_tag(takes_context=True)
def promised(context: Context, case: Any) -> SafeString:
    """Time to the next promise, in the clock's own colour."""
    from breachdesk.console._promise import left  # noqa: PLC0415 (models are ready here)

    found = left(case, context["now"])
    if found is None:
        tone = "still"
    elif found < timedelta(0):
        tone = "broken"
    else:
        tone = "risk" if found < timedelta(hours=4) else "fine"
    return format_html('<span class="clock {}">{}</span>', tone, span(context, found))


@register.filter
def won(value: int | None) -> str:
    """A sum with commas; a dash for none."""
    return f"{value:,}" if value is not None else "–"


@register.filter
def count(value: int | None) -> str:
    """A number of a table for the regulator: `<5` stands for whatever is hidden."""
    return f"{value:,}" if value is not None else "∗"


@register.simple_tag
def fewest() -> int:
    """Reports from which on a mark makes a cluster."""
    return FEWEST


@register.simple_tag(takes_context=True)
def bars(context: Context, rows: list[tuple[Any, int]], title: str) -> SafeString:
    """A plot of days and numbers as SVG, with the numbers in a title for each bar."""
    most = max((number for _day, number in rows), default=0) or 1
    width = 28
    drawn = format_html_join(
        "",
        '<g><title>{}: {}</title><rect x="{}" y="{}" width="22" height="{}"></rect>'
        '<text x="{}" y="116">{}</text><text class="n" x="{}" y="{}">{}</text></g>',
        (
            (
                day.isoformat(),
                number,
                place * width + 3,
                100 - round(number / most * 84),
                max(1, round(number / most * 84)),
                place * width + 14,
                day.strftime("%d"),
                place * width + 14,
                96 - round(number / most * 84),
                number,
            )
            for place, (day, number) in enumerate(rows)
        ),
    )
    return format_html(
        '<svg class="bars" viewBox="0 0 {} 120" role="img" aria-label="{}">{}</svg>',
        len(rows) * width,
        words(context["language"], title),
        drawn,
    )


@register.filter
def share(value: int, rows: list[tuple[Any, ...]]) -> int:
    """A number as hundredths of the largest of its rows (second place of each)."""
    most = max((row[1] for row in rows), default=0)
    return round(value / most * 100) if most else 0
