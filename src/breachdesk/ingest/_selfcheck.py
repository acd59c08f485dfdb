"""The finished release, asked as anyone will ask it (PROTOCOL 5 to 7).

A build under a wrong key would tell everybody "not found"; nothing else would look wrong. So
sampled inputs must open to what was sealed, and inputs of nobody must find nothing.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from breachdesk.entry import EntryError, Opened, Question, bucket_index, find_entries
from breachdesk.identifiers import TOKEN_BYTES, oprf_input, token_input
from breachdesk.incident import TOKEN_FIELD, Lookup
from breachdesk.ingest._evaluate import SAMPLES, Sample
from breachdesk.ingest._evaluators import TOKEN_KIND, Evaluators
from breachdesk.ingest._outputs import LOOKUP
from breachdesk.ingest._sealing import Shape, payload
from breachdesk.ingest.errors import BuildError
from breachdesk.release import Manifest, ReleaseError, check_bucket
from breachdesk.voprf import Blinding, VoprfError, blind, finalize_shares

_ONE = b"\x01" + bytes(31)
"""A blind of 1: the channel service evaluates the point itself (4.4)."""


@dataclass(frozen=True, slots=True)
class PublicPath:
    """A staged release and its evaluators. The keys believed are those of the manifest."""

    manifest: Manifest
    bucket: Callable[[int], bytes] = field(repr=False)
    evaluators: Evaluators

    def ask(self, value: bytes, lookup: Lookup) -> tuple[Opened, ...]:
        """All entries that an OPRF input opens. Raises what a client would refuse."""
        return self.find(self._evaluate(lookup.assurance, value, blind(value)), lookup)

    def find(self, out: bytes, lookup: Lookup) -> tuple[Opened, ...]:
        """All entries that an OPRF output opens. Raises what a client would refuse."""
        manifest = self.manifest
        index = bucket_index(out, manifest.buckets.count)
        body = check_bucket(self.bucket(index), manifest, index)
        question = Question(out, manifest.release_id, lookup.id, lookup.assurance, lookup.reveals)
        incidents = [(one.number, one.item_mask) for one in manifest.incidents]
        return find_entries(question, incidents, manifest.buckets.max_slots, body)

    def token(self, value: bytes) -> bytes:
        """The channel token of a token input (4.4). Raises what a client would refuse."""
        return self._evaluate(TOKEN_KIND, value, blind(value, fixed_blind=_ONE))

    def _evaluate(self, kind: str, value: bytes, blinding: Blinding) -> bytes:
        answers = self.evaluators.answer(kind, blinding.element)
        listed = self.manifest.keys[kind]
        # A builder with the whole key of a split one answers under the combined key alone.
        whole = len(answers) == 1
        publics = [listed.public] if whole else [share.public for share in listed.shares]
        return finalize_shares(value, blinding, answers, publics)


def check_release(
    path: PublicPath, samples: Sequence[Sample], lookups: Sequence[Lookup], shape: Shape
) -> int:
    """Ask for every sample, and as often for nobody; return the number of questions.

    The samples' records are those of the release (`_outputs`); `lookups` are their incident's.
    Raises `BuildError` (`key` or `self-check`) at the first answer that is wrong.
    """
    try:
        for sample in samples:
            _check_sample(path, sample, shape)
        for lookup in lookups:
            for _ in range(SAMPLES):
                if path.ask(_nobody(lookup, path.manifest.epoch), lookup):
                    raise _wrong(f"Somebody who does not exist was found by {lookup.id}.")
        strangers = _without_channel(path, samples, shape)
    except VoprfError:
        raise BuildError(
            "key",
            "The evaluator key does not belong to the public key of the release.",
            "Restore the key folder from your backup, then build again.",
        ) from None
    except (ReleaseError, EntryError):
        raise _wrong("A bucket of the new release is not what a client accepts.") from None
    return len(samples) + SAMPLES * len(lookups) + strangers


def check_held(path: PublicPath, records: Sequence[bytes], shape: Shape) -> int:
    """Look for the entries of records of the release, whoever evaluated them; their number.

    Raises `BuildError` (`self-check`) at the first that is not there.
    """
    try:
        for record in records:
            lookup = shape.lookups[record[LOOKUP]]
            wanted = payload(record, lookup, shape)
            if wanted not in [one.payload.encode() for one in path.find(record[:64], lookup)]:
                raise _wrong(f"Somebody who was in the last release was not found by {lookup.id}.")
    except (ReleaseError, EntryError):
        raise _wrong("A bucket of the new release is not what a client accepts.") from None
    return len(records)


def _check_sample(path: PublicPath, sample: Sample, shape: Shape) -> None:
    """The token as the channel service would give it, then the question."""
    value, lookup = sample.value, shape.lookups[sample.record[LOOKUP]]
    if sample.channel:
        value = value[:-TOKEN_BYTES] + path.token(sample.token_input)
    wanted = payload(sample.record, lookup, shape)
    if wanted not in [one.payload.encode() for one in path.ask(value, lookup)]:
        raise _wrong(f"Somebody who is in the leak was not found by {lookup.id}.")


def _without_channel(path: PublicPath, samples: Sequence[Sample], shape: Shape) -> int:
    """People in the leak, asked for with the token of an address that is nobody's."""
    coded = [sample for sample in samples if sample.channel][:SAMPLES]
    for sample in coded:
        lookup = shape.lookups[sample.record[LOOKUP]]
        address = b"?" + secrets.token_hex(16).encode()
        token = path.token(token_input(path.manifest.epoch, lookup.channels[0], address))
        if path.ask(sample.value[:-TOKEN_BYTES] + token, lookup):
            raise _wrong(f"Somebody was found by {lookup.id} without that person's channel.")
    return len(coded)


def _nobody(lookup: Lookup, epoch: int) -> bytes:
    """An input that is no canonical form of anything."""
    value = b"?" + secrets.token_hex(16).encode()
    fields = [(name, value) for name in lookup.typed]
    if lookup.channels:
        fields.append((TOKEN_FIELD, secrets.token_bytes(TOKEN_BYTES)))
    return oprf_input(epoch, lookup.id, fields)


def _wrong(message: str) -> BuildError:
    return BuildError(
        "self-check",
        message,
        "Check the disk and the memory of this machine, then build again; report it if it stays.",
    )
