"""What one build is: its request, and what was opened for it."""

from dataclasses import dataclass

from breachdesk.incident import Incident
from breachdesk.ingest._evaluators import Evaluators
from breachdesk.ingest._interrupted import (
    binding_of,
)
from breachdesk.ingest._ledger import Ledger
from breachdesk.ingest._request import (
    BuildRequest,
)
from breachdesk.keys import KeyFolder
from breachdesk.release import (
    Store,
)


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
