"""What this process is as a holder of a share: what it publishes, and whose batches it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from breachdesk.admission import Admission
from breachdesk.check._builder import Batches
from breachdesk.check._settings import CheckSettings
from breachdesk.check.errors import SettingsError
from breachdesk.keys import BuilderVerifier, InvalidParameter, KeyFolder
from breachdesk.voprf import BatchEvaluator
from breachdesk.wire import HTTP_PREFIX, KINDS, HolderDocument, HolderKey, batch_path

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

    def batches(
        self, admission: Admission, counted: Callable[[str], Callable[[int], None]]
    ) -> dict[str, Batches]:
        """By path, one for each kind (PROTOCOL section 10.3); none without a builder.

        `counted` gives, for a kind, what is told how many evaluations are made.
        """
        builder, epoch = self.builder, self.folder.epoch
        if builder is None:
            return {}
        found = {}
        for kind in KINDS:
            evaluator = BatchEvaluator(self.folder.oprf(kind).secret)
            gate = admission.batch_gate(kind, epoch, evaluator.public, counted(kind))
            path = HTTP_PREFIX + batch_path(kind, epoch)
            found[path] = Batches(evaluator, builder, gate, self.body_seconds)
        return found
