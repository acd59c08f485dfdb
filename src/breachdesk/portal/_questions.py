"""The questions that the form offers, and the ways to the code that some of them need."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from breachdesk.incident import TOKEN_FIELD, Lookup


@dataclass(frozen=True, slots=True)
class Way:
    """A way to a channel token (PROTOCOL sections 4.4 and 10).

    `needs` is the channel that the service document must have, `path` the last part of the address
    that is asked, `type` the channel of the token, `fields` what is typed for it.
    """

    code: str
    needs: str
    path: str
    type: str
    fields: tuple[str, ...]


WAYS = (
    Way("phone", "phone", "ask", "phone", ("phone",)),
    Way("email", "email", "ask", "email", ("email",)),
    Way("letter", "letter", "letter", "letter", ("letter_code",)),
    Way("desk-phone", "desk", "desk", "phone", ("phone", "desk_code")),
    Way("desk-email", "desk", "desk", "email", ("email", "desk_code")),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A lookup as it is asked: the fields that are typed, and the ways to its code, if any."""

    id: str
    fields: tuple[str, ...]
    all_fields: tuple[str, ...]
    reveals: str
    ways: tuple[Way, ...]

    @property
    def open(self) -> bool:
        """Whether what is typed is enough."""
        return self.fields == self.all_fields


def questions(lookups: Iterable[Lookup], channels: Collection[str]) -> tuple[Question, ...]:
    """Return what can be asked where the channel service has these channels; none without a way."""
    found = (_question(lookup, channels) for lookup in lookups)
    return tuple(one for one in found if one.open or one.ways)


def _question(lookup: Lookup, channels: Collection[str]) -> Question:
    typed = tuple(name for name in lookup.fields if name != TOKEN_FIELD)
    ways = tuple(way for way in WAYS if way.needs in channels and way.type in lookup.channels)
    return Question(lookup.id, typed, lookup.fields, lookup.reveals, ways)
