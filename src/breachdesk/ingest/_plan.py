"""What one build is: its request, and what was opened for it."""

from dataclasses import dataclass

from breachdesk.incident import Incident
from breachdesk.ingest._evaluators import Evaluators
from breachdesk.ingest._interrupted import Work, binding_of
from breachdesk.ingest._ledger import Ledger
from breachdesk.ingest._opening import has_letters
from breachdesk.ingest._request import BuildRequest
from breachdesk.ingest._workers import Setting
from breachdesk.keys import KeyFolder
from breachdesk.release import Store


@dataclass(frozen=True, slots=True)
class Plan:
    """What is built, with which keys, and where."""

    request: BuildRequest
    incident: Incident
    keys: KeyFolder
    evaluators: Evaluators
    store: Store
    ledger: Ledger | None

    def binding(self) -> bytes:
        """What decides the parts."""
        folder = self.ledger.folder if self.ledger else None
        return binding_of(self.request, self.incident, self.keys, folder)

    def setting(self, work: Work, set_id: str) -> Setting:
        """What the workers of this build have in common; `set_id` is that of its part set."""
        ledger = self.ledger
        return Setting(
            spill=work.folder,
            spill_key=work.spill_key,
            parts=ledger.set_folder(set_id) if ledger else work.parts,
            parts_secret=ledger.set_secret(set_id) if ledger else work.parts_secret,
            lookups=self.incident.lookups,
            epoch=self.keys.epoch,
            incident=self.incident.number,
            evaluators=self.evaluators,
            subject_key=self.keys.subject,
            letter_key=self.keys.letter if has_letters(self.incident) else None,
        )
