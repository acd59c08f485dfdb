"""Who evaluates for a build: the whole keys on this machine (PROTOCOL 4.3, 4.4 and 5).

A build asks in batches, by kind. Worker processes get their `Evaluators` over a pipe once and keep
them in memory, so an implementation must survive pickling and show no secret in its repr.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from breachdesk.incident import Lookup
from breachdesk.keys import KeyFolder
from breachdesk.voprf import Evaluation, Evaluator, evaluate_batch

TOKEN_KIND = "channel"  # noqa: S105 (a kind of key)


class Evaluators(Protocol):
    """Evaluates under the keys of a build's kinds: `open`, `code` and `channel`."""

    def outputs(self, kind: str, inputs: Sequence[bytes]) -> list[bytes]:
        """The 64-byte output under the whole key of the kind for each input, in order."""

    def answer(self, kind: str, element: bytes) -> list[Evaluation]:
        """What every holder of the kind's shares answers to an element, in the manifest's order.

        One answer, under the combined key, from who holds the whole.

        For the questions that are asked of the finished release, as a client asks them.
        """


@dataclass(frozen=True, slots=True)
class LocalEvaluators:
    """Holds the whole secret of each kind that the build needs."""

    secrets: Mapping[str, bytes] = field(repr=False)

    def outputs(self, kind: str, inputs: Sequence[bytes]) -> list[bytes]:
        """See Evaluators."""
        return evaluate_batch(self.secrets[kind], inputs)

    def answer(self, kind: str, element: bytes) -> list[Evaluation]:
        """See Evaluators."""
        return [Evaluator(self.secrets[kind]).evaluate(element)]


def kinds_of(lookups: Sequence[Lookup]) -> tuple[str, ...]:
    """The kinds of key that a manifest with these lookups has (8.2), in order."""
    coded = any(lookup.assurance == "code" for lookup in lookups)
    return ("open", "code", TOKEN_KIND) if coded else ("open",)


def local_evaluators(keys: KeyFolder, lookups: Sequence[Lookup]) -> LocalEvaluators:
    """Evaluators over the opened keys of a folder."""
    return LocalEvaluators({kind: keys.oprf(kind).secret for kind in kinds_of(lookups)})


@dataclass(slots=True)
class Metered:
    """Counts what is evaluated, by kind; `seconds` are those spent waiting for the outputs."""

    evaluators: Evaluators
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def outputs(self, kind: str, inputs: Sequence[bytes]) -> list[bytes]:
        """The outputs, counted."""
        began = time.perf_counter()
        outputs = self.evaluators.outputs(kind, inputs)
        self.counts[kind] = self.counts.get(kind, 0) + len(inputs)
        self.seconds[kind] = self.seconds.get(kind, 0.0) + time.perf_counter() - began
        return outputs
