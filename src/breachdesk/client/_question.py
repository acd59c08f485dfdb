"""What is asked: a lookup and its canonical fields (PROTOCOL sections 3 and 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from breachdesk.client._token import ChannelProof
from breachdesk.client.errors import QuestionError
from breachdesk.identifiers import FIELDS, InvalidField, canonical, oprf_input
from breachdesk.incident import TOKEN_FIELD
from breachdesk.release import Lookup, Manifest


@dataclass(frozen=True, slots=True)
class Question:
    """Canonical values of the typed fields, in the order of the lookup. Its repr shows no value.

    `proof` is what the channel service gave, exactly of a lookup with a channel token.
    """

    lookup: str
    fields: tuple[tuple[str, bytes], ...] = field(repr=False)
    proof: ChannelProof | None = None

    def oprf_input(self, manifest: Manifest) -> bytes:
        """Section 4.2, after T was checked and computed. Raises CheckError: proof or element."""
        fields = self.fields
        if self.proof is not None:
            token = self.proof.token(manifest.epoch, manifest.keys["channel"])
            fields = (*fields, (TOKEN_FIELD, token))
        return oprf_input(manifest.epoch, self.lookup, fields)

    def check_channel(self, lookup: Lookup) -> None:
        """Raises QuestionError if the lookup takes no tokens of this channel."""
        if self.proof is not None and self.proof.channel not in lookup.channels:
            taken = ", ".join(lookup.channels)
            raise QuestionError(f"this question takes codes by {taken} only", TOKEN_FIELD)


def make_question(
    lookup: str, typed: Mapping[str, str], proof: ChannelProof | None = None
) -> Question:
    """The question that was typed. Raises QuestionError: nothing is sent for a wrong one."""
    fields = typed_fields(lookup, typed)
    if (proof is None) != (not needs_code(lookup)):
        what = "missing: the lookup needs a code" if proof is None else "the lookup takes no code"
        raise QuestionError(what, TOKEN_FIELD)
    return Question(lookup, fields, proof)


def typed_fields(lookup: str, typed: Mapping[str, str]) -> tuple[tuple[str, bytes], ...]:
    """The canonical values of what a person types. Raises QuestionError."""
    names = lookup.split("+")
    _check_lookup(names)
    wanted = [name for name in names if name != TOKEN_FIELD]
    for name in wanted:
        if name not in typed:
            raise QuestionError("missing: the lookup needs it", name)
    for name in typed:
        if name not in wanted:
            raise QuestionError("a field that the lookup does not have", _known(name))
    return tuple((name, _canonical(name, typed[name])) for name in wanted)


def needs_code(lookup: str) -> bool:
    """Whether a lookup id has a channel token."""
    return TOKEN_FIELD in lookup.split("+")


def _check_lookup(names: Sequence[str]) -> None:
    """Section 4.1: known fields, each once, in ascending order of type."""
    if not all(_known(name) for name in names):
        raise QuestionError(f"unknown field in the lookup; fields are {', '.join(FIELDS)}")
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
