"""A change of what an incident file says in words, made in the file itself.

The rest of the file stays as it is, comments too. What comes out is read again, and differs from
what was there in nothing else: else nothing is changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import tomlkit
from django.db import transaction
from tomlkit.items import AoT

from breachdesk.incident import Channels, Contact, IncidentError, Text, parse
from breachdesk.incident import Incident as Described
from breachdesk.incidents._actor import Actor
from breachdesk.incidents._versions import in_force, take
from breachdesk.incidents.errors import ChangedMeanwhileError, WrongChangeError
from breachdesk.incidents.models import Incident, Version


@dataclass(frozen=True, slots=True)
class Changes:
    """What can be revised: the statement, how the organisation writes to people, where to ask."""

    statement: Text
    channels: Channels
    contacts: tuple[Contact, ...]


def changes_of(described: Described) -> Changes:
    """What is there now."""
    return Changes(described.statement, described.channels, described.contacts)


def revised(text: str, changes: Changes, name: str) -> Described:
    """The incident file with these changes; `name` is that of the incident, for messages.

    Raises `WrongChangeError` for what no incident file may say.
    """
    before = parse(text, name)
    document = tomlkit.parse(text)
    _put_text(document["statement"], changes.statement)
    for key in ("uses", "never"):
        _put(document["channels"], key, list(getattr(changes.channels, key)))
    _put_contacts(document, changes.contacts)
    try:
        found = parse(tomlkit.dumps(document), name)
    except IncidentError:
        raise WrongChangeError("an incident file cannot say this: fill in every field") from None
    wanted = replace(
        before,
        statement=changes.statement,
        channels=changes.channels,
        contacts=changes.contacts,
        warnings=found.warnings,
        source_text=found.source_text,
    )
    if found != wanted:
        raise WrongChangeError("this file cannot be changed here: change it by hand and import it")
    return found


def revise(actor: Actor, incident: Incident, read: int, changes: Changes, source: str) -> Version:
    """A new version of the incident, from the version with the number `read`.

    Raises `ChangedMeanwhileError` if that is no longer the one in force, `WrongChangeError`.
    """
    with transaction.atomic():
        Incident.objects.select_for_update().get(pk=incident.pk)
        last = in_force(incident)
        if last.number != read:
            raise ChangedMeanwhileError("another version is in force by now: read it first")
        if changes == changes_of(parse(last.text, incident.slug)):
            return last
        return take(actor, revised(last.text, changes, incident.slug), source)[0]


def _put(table: Any, key: str, value: Any) -> None:
    """Leave alone what does not change: its layout and its comments stay."""
    if table[key] != value:
        table[key] = value


def _put_text(table: Any, text: Text) -> None:
    for language in ("ko", "en"):
        said = text.in_language(language)
        if table[language].strip() != said:
            table[language] = tomlkit.string(said, multiline="\n" in said)


def _put_contacts(document: Any, contacts: tuple[Contact, ...]) -> None:
    rows = [_row(one) for one in contacts]
    there = document["contacts"]
    if not isinstance(there, AoT):
        document["contacts"] = rows
        return
    for number, row in enumerate(rows):
        if number == len(there):
            there.append(tomlkit.item(row))
        for key, value in row.items():
            if isinstance(value, dict):
                _put_text(there[number][key], Text(**value))
            else:
                _put(there[number], key, value)
    for _ in range(len(there) - len(rows)):
        there.pop()


def _row(contact: Contact) -> Mapping[str, Any]:
    texts = {name: getattr(contact, name) for name in ("name", "value", "hours")}
    return {
        "kind": contact.kind,
        **{name: {"ko": text.ko, "en": text.en} for name, text in texts.items()},
    }
