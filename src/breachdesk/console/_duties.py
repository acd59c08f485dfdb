"""Legal clocks that run: what the lead has to see to before they are over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from breachdesk.console._policy import Actor, permit
from breachdesk.incidents import services as register
from breachdesk.incidents.models import Clock

#: A notice or a report takes most of a working day to write and to have signed.
_RISK: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Duty:
    """One that is not done, in the words of one language. `left` is negative when it is over."""

    id: int
    slug: str
    incident: str
    text: str
    who: str
    article: str
    due: datetime
    left: timedelta

    @property
    def tone(self) -> str:
        """The clock's colour, as promises have it."""
        if self.left < timedelta(0):
            return "broken"
        return "risk" if self.left < _RISK else "fine"


def duties(actor: Actor, language: str, now: datetime) -> list[Duty]:
    """Of all incidents, the next one first. Raises `Refused`."""
    permit(actor, "duty.see")
    titles: dict[int, str] = {}
    found = []
    for clock in register.running_clocks():
        if clock.incident_id not in titles:
            described = register.describe(clock.incident)
            titles[clock.incident_id] = described.title.in_language(language)
        found.append(_duty(clock, titles[clock.incident_id], language, now))
    return found


def _duty(clock: Clock, title: str, language: str, now: datetime) -> Duty:
    rule, korean = register.rules()[clock.rule], language == "ko"
    return Duty(
        id=clock.pk,
        slug=clock.incident.slug,
        incident=title,
        text=rule.ko if korean else rule.en,
        who=rule.who_ko if korean else rule.who_en,
        article=rule.article if korean else rule.article_en,
        due=clock.due_at,
        left=register.left(clock, now),
    )
