"""The form by which a lead revises an incident: its fields, and what they say."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from breachdesk.console.errors import Refused
from breachdesk.incident import CHANNELS, CONTACT_KINDS, Channels, Contact, Text
from breachdesk.incidents.services import Changes

MOST_CONTACTS: Final = 20
MOST_STATEMENT: Final = 10_000
MOST_LINE: Final = 300
#: Empty rows for contacts that are added.
SPARE: Final = 2
USES, NEVER = "uses", "never"
_LANGUAGES: Final = ("ko", "en")
_TEXTS: Final = ("name", "value", "hours")
_PARTS: Final = tuple(f"{name}_{language}" for name in _TEXTS for language in _LANGUAGES)
#: All fields, whatever there is in them.
FIELDS: Final = (
    *(f"statement_{language}" for language in _LANGUAGES),
    *(f"channel_{code}" for code in CHANNELS),
    *(f"contact_{row}_{part}" for row in range(MOST_CONTACTS) for part in ("kind", *_PARTS)),
    "source",
)

Typed = dict[str, str]


def typed_of(changes: Changes) -> Typed:
    """The form as it is handed out. Raises Refused: `incident-words` for more than it has room
    for."""
    if len(changes.contacts) > MOST_CONTACTS:
        raise Refused("incident-words")
    found = dict.fromkeys(FIELDS, "")
    found |= {f"statement_{one}": changes.statement.in_language(one) for one in _LANGUAGES}
    found |= {f"channel_{code}": USES for code in changes.channels.uses}
    found |= {f"channel_{code}": NEVER for code in changes.channels.never}
    for row, contact in enumerate(changes.contacts):
        found[f"contact_{row}_kind"] = contact.kind
        for name in _TEXTS:
            for language in _LANGUAGES:
                text: Text = getattr(contact, name)
                found[f"contact_{row}_{name}_{language}"] = text.in_language(language)
    return found


def read(posted: Mapping[str, str]) -> Typed:
    """What was sent, as one line ends on every machine, without characters that no page shows."""
    return {name: _plain(posted.get(name, "")) for name in FIELDS}


def changes_from(typed: Typed) -> Changes:
    """What the fields say. Raises Refused: `empty`, `too-long`, `contact-parts`."""
    statement = _text(typed, "statement", MOST_STATEMENT)
    ways = [
        tuple(code for code in CHANNELS if typed[f"channel_{code}"] == way) for way in (USES, NEVER)
    ]
    contacts = tuple(_contact(typed, row) for row in range(MOST_CONTACTS) if _filled(typed, row))
    if not contacts:
        raise Refused("contact-parts")
    return Changes(statement, Channels(*ways), contacts)


def contact_rows(typed: Typed) -> list[tuple[int, Typed]]:
    """The rows that a page shows, each with its number: those filled in, and some to add."""
    filled = [row for row in range(MOST_CONTACTS) if _filled(typed, row)]
    last = min(MOST_CONTACTS, (filled[-1] + 1 if filled else 0) + SPARE)
    return [
        (row, {part: typed[f"contact_{row}_{part}"] for part in ("kind", *_PARTS)})
        for row in range(last)
    ]


def _filled(typed: Typed, row: int) -> bool:
    return any(typed[f"contact_{row}_{part}"] for part in _PARTS)


def _contact(typed: Typed, row: int) -> Contact:
    kind = typed[f"contact_{row}_kind"]
    if kind not in CONTACT_KINDS or not all(typed[f"contact_{row}_{part}"] for part in _PARTS):
        raise Refused("contact-parts")
    return Contact(kind, *(_text(typed, f"contact_{row}_{name}", MOST_LINE) for name in _TEXTS))


def _text(typed: Typed, name: str, most: int) -> Text:
    both = [typed[f"{name}_{language}"] for language in _LANGUAGES]
    if not all(both):
        raise Refused("empty")
    if any(len(one) > most for one in both):
        raise Refused("too-long")
    return Text(*both)


def _plain(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        one for one in lines if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs")
    ).strip()
