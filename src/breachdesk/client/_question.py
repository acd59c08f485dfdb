"""What is asked: a lookup and its canonical fields (PROTOCOL sections 3 and 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from breachdesk.client.errors import QuestionError
from breachdesk.identifiers import FIELDS, InvalidField, canonical, oprf_input


@dataclass(frozen=True, slots=True)
class Question:
    """Canonical values in the order of the lookup. Its repr shows no value."""

    lookup: str
    fields: tuple[tuple[str, bytes], ...] = field(repr=False)

    def oprf_input(self, epoch: int) -> bytes:
        return oprf_input(epoch, self.lookup, self.fields)


def make_question(lookup: str, typed: Mapping[str, str]) -> Question:
    """The question that was typed. Raises QuestionError: nothing is sent for a wrong one."""
    names = lookup.split("+")
    for name in names:
        if name not in FIELDS:
            raise QuestionError(f"unknown field in the lookup; fields are {', '.join(_typed())}")
        if not FIELDS[name].typed:
            raise QuestionError("lookups with a channel token need the page", name)
        if name not in typed:
            raise QuestionError("missing: the lookup needs it", name)
    for name in typed:
        if name not in names:
            raise QuestionError("is not a field of this lookup", name if name in FIELDS else None)
    return Question(lookup, tuple((name, _canonical(name, typed[name])) for name in names))


def _typed() -> list[str]:
    return [name for name, one in FIELDS.items() if one.typed]


def _canonical(name: str, text: str) -> bytes:
    try:
        return canonical(name, text)
    except InvalidField as error:
        raise QuestionError(error.reason, error.field) from None
