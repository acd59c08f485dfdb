"""Evaluating with one's own share and the other holders' answers (PROTOCOL section 10.3).

The outputs are those of the whole key, which never is on this machine. Every input is blinded anew,
and no answer is used before its proof holds under the key that our own list names.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from breachdesk.incident import Lookup
from breachdesk.ingest._evaluators import Evaluators, LocalEvaluators, kinds_of, local_evaluators
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import SPLIT_KINDS, KeyFolder
from breachdesk.peers import BatchClient, PeerError, find_holders
from breachdesk.voprf import (
    MOST_BATCH,
    BatchEvaluation,
    BlindedBatch,
    Evaluation,
    Evaluator,
    VoprfError,
)


@dataclass(frozen=True, slots=True)
class SplitEvaluators:
    """Our share of the split kinds, the whole of the others, and the other holders.

    `share` is the number of ours, from 1.
    """

    local: LocalEvaluators
    share: int
    peers: tuple[BatchClient, ...]
    kinds: tuple[str, ...] = field(default=SPLIT_KINDS)

    def outputs(self, kind: str, inputs: Sequence[bytes]) -> list[bytes]:
        """See Evaluators. The holders work on a batch while the next one is blinded."""
        if kind not in self.kinds:
            return self.local.outputs(kind, inputs)
        outputs: list[bytes] = []
        with ThreadPoolExecutor(len(self.peers)) as asking:
            waiting: tuple[BlindedBatch, list[Future[BatchEvaluation]]] | None = None
            for start in range(0, len(inputs), MOST_BATCH):
                batch = BlindedBatch.of(inputs[start : start + MOST_BATCH])
                asked = [asking.submit(peer.evaluate, kind, batch.elements) for peer in self.peers]
                if waiting is not None:
                    outputs += self._finish(kind, *waiting)
                waiting = batch, asked
            if waiting is not None:
                outputs += self._finish(kind, *waiting)
        return outputs

    def answer(self, kind: str, element: bytes) -> list[Evaluation]:
        """See Evaluators: our own answer and theirs, in the order of the shares."""
        if kind not in self.kinds:
            return self.local.answer(kind, element)
        found = {self.share: Evaluator(self.local.secrets[kind]).evaluate(element)}
        for peer in self.peers:
            try:
                theirs = peer.evaluate(kind, [element])
            except PeerError as error:
                raise peer_failed(error) from None
            found[peer.holder.share] = Evaluation(theirs.elements[0], theirs.proof)
        return [found[number] for number in sorted(found)]

    def _finish(
        self, kind: str, batch: BlindedBatch, asked: Sequence["Future[BatchEvaluation]"]
    ) -> list[bytes]:
        try:
            answers = [one.result() for one in asked]
        except PeerError as error:
            raise peer_failed(error) from None
        publics = [peer.holder.publics[kind] for peer in self.peers]
        try:
            return batch.finalize(self.local.secrets[kind], answers, publics)
        except VoprfError:
            raise BuildError(
                "peer",
                "An evaluator's answer is not proved under its share key, and was not used.",
                "Look whether its operator serves the share of this epoch; nothing was published.",
            ) from None


def evaluators_for(keys: KeyFolder, lookups: Sequence[Lookup], peers: Sequence[str]) -> Evaluators:
    """Who evaluates for a build with this folder. Raises `BuildError`, which names an evaluator.

    Whole keys evaluate here, whether they are split or not (a ceremony); a share needs the others.
    """
    local = local_evaluators(keys, lookups)
    public = keys.public
    if not public.share:
        if peers:
            raise BuildError(
                "peer",
                "These keys are whole, and other evaluators were named.",
                "Leave --peer out, or name the folder with your share (keys split).",
            )
        return local
    if not peers:
        raise BuildError(
            "peer",
            f"This folder holds share {public.share} of {public.holders}, not the whole keys.",
            "Name the other evaluators with --peer, or build with the whole keys in a ceremony.",
        )
    try:
        holders = find_holders(public, peers)
    except PeerError as error:
        raise peer_failed(error) from None
    used = tuple(kind for kind in SPLIT_KINDS if kind in kinds_of(lookups))
    clients = tuple(
        BatchClient(holder, keys.origin, keys.epoch, keys.builder_seed) for holder in holders
    )
    return SplitEvaluators(local, public.share, clients, used)


def is_remote(evaluators: Evaluators) -> bool:
    """Whether other holders take part."""
    return isinstance(evaluators, SplitEvaluators)


def peer_failed(error: PeerError) -> BuildError:
    """As a build says it."""
    return BuildError(
        "peer",
        f"The evaluator at {error.url} {error.reason}.",
        f"{error.fix[0].upper()}{error.fix[1:]}; the last release is untouched.",
    )
