"""Channel tokens of a partition's addresses (PROTOCOL 4.4 and 4.5), each computed once.

People who share an address, a family's phone, may be in several partitions: their token is then
computed in each. At KT's shape that is under 1 % of a build's evaluations (ADR 9), and a pass over
all addresses first would have to keep and look up every token of the source.
"""

from collections.abc import Callable, Iterable, Sequence

from breachdesk.identifiers import letter_ids, token_input
from breachdesk.ingest._encode import TOKEN_HEAD
from breachdesk.ingest._subjects import InputPart

Evaluate = Callable[[Sequence[bytes]], list[bytes]]


class Tokens:
    """The tokens of one partition, as fields of OPRF inputs."""

    def __init__(
        self, epoch: int, incident: int, letter_key: bytes | None, subjects: Sequence[bytes]
    ) -> None:
        """`subjects` are the subject ids of the people by their number."""
        self._epoch = epoch
        self._incident = incident
        self._letter_key = letter_key
        self._subjects = subjects
        self._fields: dict[str, dict[bytes, bytes]] = {}
        self._letters: list[bytes] | None = None

    def evaluate(self, parts: Iterable[InputPart], evaluate: Evaluate) -> None:
        """Compute the token of every distinct address of these parts."""
        wanted: dict[str, dict[bytes, None]] = {}
        for part in parts:
            if part.channel is not None:
                wanted.setdefault(part.channel, {}).update(dict.fromkeys(self._addresses(part)))
        for channel, addresses in wanted.items():
            outputs = evaluate(self._inputs(channel, addresses))
            self._fields[channel] = {
                address: TOKEN_HEAD + token
                for address, token in zip(addresses, outputs, strict=True)
            }

    def fields(self, part: InputPart) -> list[bytes] | None:
        """The token of each input of a part, encoded as its last field; None under `open`."""
        if part.channel is None:
            return None
        held = self._fields[part.channel]
        return [held[address] for address in self._addresses(part)]

    def input_of(self, part: InputPart, number: int) -> bytes:
        """What the token of one input is the evaluation of; nothing under `open`."""
        if part.channel is None:
            return b""
        letter = part.channel == "letter"
        address = (
            self._letters_of_people()[part.owners[number]] if letter else part.addresses[number]
        )
        return token_input(self._epoch, part.channel, address)

    def _addresses(self, part: InputPart) -> Sequence[bytes]:
        if part.channel != "letter":
            return part.addresses
        letters = self._letters_of_people()
        return [letters[owner] for owner in part.owners]

    def _letters_of_people(self) -> list[bytes]:
        if self._letters is None:
            if self._letter_key is None:
                raise RuntimeError("a lookup takes letters, and the letter key was not opened")
            self._letters = letter_ids(self._letter_key, self._incident, self._subjects)
        return self._letters

    def _inputs(self, channel: str, addresses: Iterable[bytes]) -> list[bytes]:
        """As `token_input`, with what all of them begin with made once."""
        head = token_input(self._epoch, channel, b"0")[:-3]
        return [head + len(address).to_bytes(2, "big") + address for address in addresses]
