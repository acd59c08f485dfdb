"""What this process is as a holder of a share: what it publishes, and whose batches it takes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from breachdesk.check._builder import Batches, Once
from breachdesk.check._settings import CheckSettings
from breachdesk.check.errors import SettingsError
from breachdesk.keys import BuilderVerifier, InvalidParameter, KeyFolder
from breachdesk.voprf import BatchEvaluator
from breachdesk.wire import HTTP_PREFIX, KINDS, HolderDocument, HolderKey, batch_path

#: Counts evaluations of a kind under the key of an epoch; raises `Refusal` if they may not be.
CountBatch = Callable[[str, int, int], Awaitable[None]]

KEYS_PATH: Final = "/v1/keys"


@dataclass(frozen=True, slots=True)
class Holder:
    """The opened share keys of a folder, and the builder that may ask for batches, if any."""

    folder: KeyFolder
    builder: BuilderVerifier | None
    body_seconds: float

    @classmethod
    def of(cls, settings: CheckSettings, folder: KeyFolder) -> "Holder":
        """Raises `SettingsError` for what is no builder's key."""
        try:
            builder = BuilderVerifier(settings.builder) if settings.builder else None
        except InvalidParameter:
            raise SettingsError(
                "builder", "give the key that `breachdesk keys builder` prints"
            ) from None
        return cls(folder, builder, settings.body_seconds)

    def document(self) -> bytes:
        """PROTOCOL section 10.2: public keys and proofs of possession."""
        found = {kind: self.folder.oprf(kind) for kind in KINDS}
        keys = {kind: HolderKey(one.public, one.possession) for kind, one in found.items()}
        return HolderDocument(self.folder.epoch, keys).encode()

    def batches(self, seen: Once, count: CountBatch) -> dict[str, Batches]:
        """By path, one for each kind (PROTOCOL section 10.3); none without a builder."""
        builder, epoch = self.builder, self.folder.epoch
        if builder is None:
            return {}

        def counting(kind: str) -> Callable[[int], Awaitable[None]]:
            return lambda number: count(kind, epoch, number)

        return {
            HTTP_PREFIX + batch_path(kind, epoch): Batches(
                BatchEvaluator(self.folder.oprf(kind).secret),
                builder,
                seen,
                counting(kind),
                self.body_seconds,
            )
            for kind in KINDS
        }
