"""What is asked: a lookup and its canonical fields (PROTOCOL sections 3 and 4)."""

from collections.abc import Mapping, Sequence
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
    _check_lookup(names)
    for name in names:
        if name not in typed:
            raise QuestionError("missing: the lookup needs it", name)
    for name in typed:
        if name not in names:
            raise QuestionError("a field that the lookup does not have", _known(name))
    return Question(lookup, tuple((name, _canonical(name, typed[name])) for name in names))


def _check_lookup(names: Sequence[str]) -> None:
    """Section 4.1: known fields that people type, each once, in ascending order of type."""
    if not all(_known(name) for name in names):
        fields = ", ".join(name for name, one in FIELDS.items() if one.typed)
        raise QuestionError(f"unknown field in the lookup; fields are {fields}")
    if not all(FIELDS[name].typed for name in names):
        raise QuestionError("lookups with a channel token need the page")
    types = [FIELDS[name].type_id for name in names]
    if types != sorted(set(types)):
        raise QuestionError("the lookup's fields are not each once and in order")


def _known(name: str) -> str | None:
    """A name may be said if it is one of ours: another may be a value in the wrong place."""
    return name if name in FIELDS else None


def _canonical(name: str, text: str) -> bytes:
    try:
        return canonical(name, text)
    except InvalidField as error:
        raise QuestionError(error.reason, error.field) from None
