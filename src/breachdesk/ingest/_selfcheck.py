"""The finished release, asked as anyone will ask it (PROTOCOL 5 to 7).

A build under a wrong key would tell everybody "not found"; nothing else would look wrong. So
sampled inputs must open to what was sealed, and inputs of nobody must find nothing.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from breachdesk.entry import EntryError, Opened, Question, bucket_index, find_entries
from breachdesk.identifiers import oprf_input
from breachdesk.incident import Lookup
from breachdesk.ingest._evaluate import SAMPLES, Sample
from breachdesk.ingest._sealing import Shape, payload
from breachdesk.ingest.errors import BuildError
from breachdesk.release import Manifest, ReleaseError, check_bucket
from breachdesk.voprf import Evaluator, VoprfError, blind, finalize_shares


@dataclass(frozen=True, slots=True)
class PublicPath:
    """A staged release and its evaluator. The keys believed are those of the manifest."""

    manifest: Manifest
    bucket: Callable[[int], bytes] = field(repr=False)
    secret: bytes = field(repr=False)

    def ask(self, value: bytes, lookup: Lookup) -> tuple[Opened, ...]:
        """All entries that an OPRF input opens. Raises what a client would refuse."""
        manifest = self.manifest
        blinding = blind(value)
        evaluation = Evaluator(self.secret).evaluate(blinding.element)
        shares = [share.public for share in manifest.keys[lookup.assurance].shares]
        out = finalize_shares(value, blinding, [evaluation], shares)
        index = bucket_index(out, manifest.buckets.count)
        body = check_bucket(self.bucket(index), manifest, index)
        question = Question(out, manifest.release_id, lookup.id, lookup.assurance, lookup.reveals)
        incidents = [(one.number, one.item_mask) for one in manifest.incidents]
        return find_entries(question, incidents, manifest.buckets.max_slots, body)


def check_release(
    path: PublicPath, samples: Sequence[Sample], lookups: Sequence[Lookup], shape: Shape
) -> int:
    """Ask for every sample, and as often for nobody; return the number of questions.

    Raises `BuildError` (`key` or `self-check`) at the first answer that is wrong.
    """
    try:
        for sample in samples:
            lookup = lookups[sample.record[76]]
            wanted = payload(sample.record, lookup, shape)
            if wanted not in [one.payload.encode() for one in path.ask(sample.value, lookup)]:
                raise _wrong(f"Somebody who is in the leak was not found by {lookup.id}.")
        for lookup in lookups:
            for _ in range(SAMPLES):
                if path.ask(_nobody(lookup, path.manifest.epoch), lookup):
                    raise _wrong(f"Somebody who does not exist was found by {lookup.id}.")
    except VoprfError:
        raise BuildError(
            "key",
            "The evaluator key does not belong to the public key of the release.",
            "Restore the key folder from your backup, then build again.",
        ) from None
    except (ReleaseError, EntryError):
        raise _wrong("A bucket of the new release is not what a client accepts.") from None
    return len(samples) + SAMPLES * len(lookups)


def _nobody(lookup: Lookup, epoch: int) -> bytes:
    """An input that is no canonical form of anything."""
    value = b"?" + secrets.token_hex(16).encode()
    return oprf_input(epoch, lookup.id, [(name, value) for name in lookup.fields])


def _wrong(message: str) -> BuildError:
    return BuildError(
        "self-check",
        message,
        "Check the disk and the memory of this machine, then build again; report it if it stays.",
    )
