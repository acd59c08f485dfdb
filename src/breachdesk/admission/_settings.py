"""What admission is told at the start of a process."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from breachdesk.admission._budgets import DEFAULT_DAY, DEFAULT_EPOCH
from breachdesk.admission._delivery import check_webhook, parse_mail_route
from breachdesk.admission._ledger import Totals
from breachdesk.admission._tokens import DEFAULT_EFFORT, MOST_EFFORT
from breachdesk.admission.errors import OptionError

#: Evaluations a minute that one client address may ask for: a family, a school or an office behind
#: one address, and not an enumeration.
DEFAULT_RATE: Final = 1200


@dataclass(frozen=True, slots=True)
class AdmissionSettings:
    """Where counts are kept and how much is allowed. Nothing can be switched off.

    `state` is the folder of the ledger; `limits` the Redis of all processes and hosts, where there
    is more than one. Raises `OptionError`.
    """

    state: Path
    limits: str | None = None
    rate: int = DEFAULT_RATE
    budget_day: int = DEFAULT_DAY
    budget_epoch: int = DEFAULT_EPOCH
    effort: int = DEFAULT_EFFORT
    alarm_webhook: str | None = None
    alarm_mail: str | None = None

    def __post_init__(self) -> None:
        for name, number in (
            ("rate", self.rate),
            ("budget day", self.budget_day),
            ("budget epoch", self.budget_epoch),
        ):
            if number < 1:
                raise OptionError(name, "give 1 or more (limits are never off)")
        if not 1 <= self.effort <= MOST_EFFORT:
            raise OptionError("token effort", f"give 1 to {MOST_EFFORT} (tokens are never off)")
        if self.alarm_webhook is not None:
            check_webhook(self.alarm_webhook)
        if self.alarm_mail is not None:
            parse_mail_route(self.alarm_mail)

    @property
    def budget(self) -> Totals:
        """The most evaluations of a key, in a day and in its epoch."""
        return Totals(self.budget_day, self.budget_epoch)
