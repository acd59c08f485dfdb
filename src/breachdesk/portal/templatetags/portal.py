"""Words that a template cannot write by itself, because their key comes from data."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from breachdesk.incident import (
    CHANNELS,
    TOKEN_FIELD,
    HelpRoute,
    Incident,
    Item,
    by_urgency,
)
from breachdesk.portal._dates import period as period_words
from breachdesk.portal._fields import CODE, FIELDS, Field
from breachdesk.portal._questions import WAYS, Question, Way
from breachdesk.portal.services import Desk
from breachdesk.release import Change, LookupCounts, Manifest, Records, Tombstone
from breachdesk.site import Service, words

register = template.Library()

CONTACT_KINDS = ("phone", "shop", "post", "email")
# Every key that no template spells out; a test holds them and the Fluent files together.
_ALL_FIELDS = (*FIELDS.values(), CODE)
DYNAMIC_KEYS = frozenset(
    {f"field-{field.name}{suffix}" for field in _ALL_FIELDS for suffix in ("", "-hint")}
    | {f"error-{field.name}-{reason}" for field in _ALL_FIELDS for reason in field.reasons}
    | {f"way-{way.code}" for way in WAYS}
    | {f"reveals-{what}" for what in ("membership", "items")}
    | {"field-channel_token", "releases-epoch"}
    | {f"change-{kind}" for kind in ("first", "added", "replaced", "reread", "retired")}
    | {f"rejected-{why}" for why in ("encoding", "shape", "no-subject", "no-lookup")}
    | {f"left-out-{fault}{of}" for fault in ("missing", "invalid") for of in ("", "-address")}
    | {f"contact-kind-{kind}" for kind in CONTACT_KINDS}
)


@register.simple_tag(takes_context=True)
def field_words(context: Context, field: Field, suffix: str) -> str:
    """Return the label of a field, or its hint with the suffix `-hint`."""
    return words(context["language"], f"field-{field.name}{suffix}")


@register.simple_tag(takes_context=True)
def error_words(context: Context, field: Field, reason: str) -> str:
    """Return what to do about a field that is invalid for this reason."""
    return words(context["language"], f"error-{field.name}-{reason}")


@register.simple_tag(takes_context=True)
def contact_kind(context: Context, kind: str) -> str:
    """Return the name of a kind of contact."""
    return words(context["language"], f"contact-kind-{kind}")


@register.simple_tag(takes_context=True)
def way_words(context: Context, way: Way) -> str:
    """Return the name of a way to a code."""
    return words(context["language"], f"way-{way.code}")


@register.simple_tag(takes_context=True)
def reveals_words(context: Context, question: Question) -> str:
    """Return what the answer to a question tells."""
    return words(context["language"], f"reveals-{question.reveals}")


@register.simple_tag(takes_context=True)
def fields_of(context: Context, question: Question) -> str:
    """Return what a question asks for: "Name, date of birth, phone number"."""
    return _listed(context["language"], question.all_fields)


@register.simple_tag(takes_context=True)
def lookup_words(context: Context, lookup_id: str) -> str:
    """Return the same for a lookup by its id; fields that are unknown stay as they are."""
    return _listed(context["language"], lookup_id.split("+"))


def _listed(language: str, fields: Sequence[str]) -> str:
    """Return the labels as one line, with a capital at its beginning only."""
    known = {*FIELDS, TOKEN_FIELD}
    labels = [words(language, f"field-{one}") if one in known else one for one in fields]
    return ", ".join([*labels[:1], *(label[:1].lower() + label[1:] for label in labels[1:])])


@register.simple_tag(takes_context=True)
def channels(context: Context, codes: Sequence[str]) -> str:
    """Return the names of channels of writing to people."""
    return ", ".join(CHANNELS[code].in_language(context["language"]) for code in codes)


@register.simple_tag(takes_context=True)
def period(context: Context, incident: Incident) -> str:
    """Return between which days or months the data was taken."""
    return period_words(context["language"], incident.period.first, incident.period.last)


@register.simple_tag(takes_context=True)
def title_of(context: Context, desk: Desk, retired: str) -> str:
    """Return the title of an incident by id, and of a key epoch; else the id.

    An incident may have no file any more.
    """
    language = context["language"]
    found = (one.title.in_language(language) for one in desk.known if one.id == retired)
    if epoch := re.fullmatch(r"epoch-([0-9]+)", retired):
        return words(language, "releases-epoch", number=int(epoch[1]))
    return next(found, retired)


@register.simple_tag(takes_context=True)
def change_words(context: Context, change: Change) -> str:
    """Return what a release changed, with its numbers and its day (PROTOCOL 8.2)."""
    return words(
        context["language"],
        f"change-{change.kind}",
        records=change.records,
        subjects=change.subjects,
        date=change.on,
    )


@register.filter
def changes_of(manifest: Manifest, incident_id: str) -> list[Change]:
    """Return what a release changed in an incident."""
    return [one for one in manifest.changes if one.incident == incident_id]


@register.filter
def retired_by(manifest: Manifest) -> list[Change]:
    """Return the incidents that a release left out."""
    return [one for one in manifest.changes if one.kind == "retired"]


@register.simple_tag(takes_context=True)
def rejected_words(context: Context, records: Records) -> list[str]:
    """Return why rows are in no entry at all, with their numbers."""
    counts = sorted(records.rejected.items())
    return [words(context["language"], f"rejected-{why}", count=n) for why, n in counts if n]


@register.simple_tag(takes_context=True)
def left_out_words(context: Context, lookup: LookupCounts) -> list[str]:
    """Return why a question cannot find rows, with their numbers."""
    language = context["language"]
    lines = []
    for reason, count in sorted(lookup.left_out.items()):
        fault, _, field = reason.partition(":")
        if field == TOKEN_FIELD:
            key, label = f"left-out-{fault}-address", ""
        else:
            key, label = f"left-out-{fault}", _listed(language, ["", field]).removeprefix(", ")
        if count:
            lines.append(words(language, key, field=label, count=count))
    return lines


@register.simple_tag(takes_context=True)
def reason_of(context: Context, tombstone: Tombstone) -> str:
    """Return why an entry withdrew data."""
    return tombstone.reason[context["language"]]


@register.simple_tag
def emergency_routes(incident: Incident) -> list[HelpRoute]:
    """Return where to call at once: for money that is leaving, then for a scam."""
    routes = (incident.help.get(name) for name in ("police", "phishing-centre"))
    return [route for route in routes if route is not None and route.phone]


@register.filter
def items_of(incident: Incident) -> tuple[Item, ...]:
    """Return what leaked, the most urgent first."""
    return by_urgency(incident.items)


@register.simple_tag
def service_document(service: Service) -> SafeString:
    """Return the service document as a data block, which no browser runs."""
    value: Any = json.loads(service.text)
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(  # noqa: S308 escaped above as Django's json_script does
        f'<script id="service" type="application/json">{text}</script>'
    )
