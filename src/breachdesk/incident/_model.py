"""An incident as the rest of Breachdesk sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from breachdesk.incident._assurance import TOKEN_FIELD
from breachdesk.incident._binding import release_binding
from breachdesk.incident._catalogue import HelpRoute
from breachdesk.incident._text import Text
from breachdesk.incident.errors import Problem

Assurance = Literal["open", "code"]
Reveals = Literal["membership", "items"]
Sensitivity = Literal["ordinary", "sensitive"]


@dataclass(frozen=True, slots=True)
class Period:
    """The days between which the data was taken, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Lookup:
    """A list of fields to ask by. `id` is the fields joined by `+`.

    With assurance `code` the last field is `channel_token`, and `channels` names what its tokens
    come by, in the order of their types; otherwise `channels` is empty.
    """

    id: str
    fields: tuple[str, ...]
    assurance: Assurance
    reveals: Reveals
    channels: tuple[str, ...] = ()

    @property
    def typed(self) -> tuple[str, ...]:
        """The fields that a person types."""
        return tuple(name for name in self.fields if name != TOKEN_FIELD)

    @property
    def columns(self) -> tuple[str, ...]:
        """What the lookup needs of a source: typed fields, then the addresses of its channels."""
        addresses = (one for one in self.channels if one not in ("letter", *self.typed))
        return (*self.typed, *addresses)


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to the organisation other than the web. `kind` is one of CONTACT_KINDS."""

    kind: str
    name: Text
    value: Text
    hours: Text


@dataclass(frozen=True, slots=True)
class Channels:
    """How the organisation writes to people about this leak, and how it never does.

    Both hold codes of CHANNELS. A message over a channel of `never` is a scam.
    """

    uses: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """One leak, as its incident file describes it.

    `items` is in catalogue order, `lookups` in the order of the file. `subject_columns` lists
    alternatives of item codes: the first alternative whose columns are all filled in a row
    identifies the row's person. Of a `sensitive` incident no lookup is open. `help` is the shipped
    help routes with the file's own on top.
    `warnings` are what the operator should know and chose. `source_text` is the file as parsed.
    """

    id: str
    number: int
    organisation: Text
    title: Text
    statement: Text
    apology: Text
    response: Text | None
    unknown: Text | None
    period: Period
    discovered: date
    notified: date | None
    sensitivity: Sensitivity
    items: tuple[str, ...]
    lookups: tuple[Lookup, ...]
    subject_columns: tuple[tuple[str, ...], ...]
    channels: Channels
    contacts: tuple[Contact, ...]
    help: Mapping[str, HelpRoute]
    warnings: tuple[Problem, ...]
    source: str
    source_text: str = field(repr=False)

    def lookup(self, lookup_id: str) -> Lookup:
        """Return the lookup with this id. KeyError if the incident has none."""
        for lookup in self.lookups:
            if lookup.id == lookup_id:
                return lookup
        raise KeyError(lookup_id)

    def release_binding(self) -> bytes:
        """Return canonical bytes of what decides a release.

        These are id, number, period, sensitivity, items, lookups and subject columns, and no text
        that a page shows: mending a typing error needs no new release.
        """
        return release_binding(self)
