"""A report as it is handed to `services.receive`, and the receipt that comes back."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from breachdesk.envelope import grouped


@dataclass(frozen=True, slots=True)
class NewReport:
    """One report, checked by whoever made it (`_form` on the web, the console for a call).

    `form_key` is the form's random key (32 bytes or more). `texts` are what is sealed: a kind of
    SEALED_KINDS to a text, or a table of texts for `contact`. Its repr shows nothing typed.
    """

    form_key: bytes = field(repr=False)
    kind: str
    language: str
    channel: str = "web"
    incident_id: int | None = None
    region: str = ""
    happened_on: date | None = None
    loss_won: int | None = None
    bank_told: bool = False
    police_told: bool = False
    scam_url: str = field(default="", repr=False)
    items: tuple[str, ...] = ()
    claim_token: bytes | None = field(default=None, repr=False)
    urgent: bool = False
    short_form: bool = False
    contact_wanted: str = "receipt"
    texts: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person gets, once. `digits` are in no repr, no log and no database."""

    number: str
    digits: str = field(repr=False)
    again: bool = False

    @property
    def grouped(self) -> str:
        """The digits as people read them."""
        return grouped(self.digits)
