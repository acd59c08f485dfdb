"""Legal clocks: what the lead has to see to before they are over, and starts and ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from breachdesk.console import _ledger
from breachdesk.console._incidents import incident_of
from breachdesk.console._policy import Actor, permit
from breachdesk.console.errors import Refused
from breachdesk.incidents import Actor as DeskActor
from breachdesk.incidents import services as register
from breachdesk.incidents.errors import ClockError
from breachdesk.incidents.models import Clock, Incident

#: A notice or a report takes most of a working day to write and to have signed.
_RISK: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Law:
    """A rule in the words of one language. `again`: each new finding starts it anew."""

    rule: str
    text: str
    who: str
    article: str
    condition: str
    again: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """One that is not done. `left` is negative when it is over."""

    id: int
    slug: str
    incident: str
    law: Law
    known: datetime
    due: datetime
    left: timedelta

    @property
    def tone(self) -> str:
        """The clock's colour, as promises have it."""
        if self.left < timedelta(0):
            return "broken"
        return "risk" if self.left < _RISK else "fine"


@dataclass(frozen=True, slots=True)
class Done:
    """One that is. `late` is how long after its end, None for one in time."""

    known: datetime
    at: datetime
    by: str
    late: timedelta | None


@dataclass(frozen=True, slots=True)
class Timed:
    """A law at an incident: its clock that runs, if one does, and those that ran."""

    law: Law
    duty: Duty | None
    done: tuple[Done, ...]

    @property
    def may_start(self) -> bool:
        """Whether a clock can be started: the first, or one for a new finding."""
        return self.duty is None and (self.law.again or not self.done)

    @property
    def may_reopen(self) -> bool:
        """Whether what is said to be done can be taken back."""
        return self.duty is None and bool(self.done)


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


def laws(actor: Actor, slug: str, language: str, now: datetime) -> list[Timed]:
    """Every law of the table with its clocks at this incident. Raises `Refused`."""
    permit(actor, "duty.see")
    incident, _version, described = incident_of(actor, slug)
    title = described.title.in_language(language)
    clocks = list(Clock.objects.filter(incident=incident))
    return [_timed(rule, clocks, title, language, now) for rule in register.rules()]


def start_clock(actor: Actor, slug: str, rule: str, known: datetime) -> None:
    """From the moment of knowing; an earlier one moves it. Raises Refused: `gone`, and the reasons
    of `ClockError`."""
    _change(
        actor, slug, "incident.clock", lambda who, one: register.start_clock(who, one, rule, known)
    )


def finish_clock(actor: Actor, slug: str, rule: str, done: datetime) -> None:
    """What the law asks for was done, which everybody may read. Raises Refused as `start_clock`."""
    _change(
        actor,
        slug,
        "incident.duty-done",
        lambda who, one: register.finish_clock(who, one, rule, done),
    )


def reopen_clock(actor: Actor, slug: str, rule: str) -> None:
    """It was not done after all. Raises Refused as `start_clock`."""
    _change(
        actor, slug, "incident.duty-undone", lambda who, one: register.reopen_clock(who, one, rule)
    )


def _change(
    actor: Actor, slug: str, event: str, change: Callable[[DeskActor, Incident], tuple[Clock, bool]]
) -> None:
    permit(actor, "duty.time")
    incident = incident_of(actor, slug)[0]
    try:
        with transaction.atomic():
            clock, changed = change(actor.at_desk, incident)
            if changed:
                _ledger.record(actor, event, incident=slug, rule=clock.rule, clock=clock.pk)
    except ClockError as error:
        raise Refused(error.reason) from None


def _timed(rule: str, clocks: list[Clock], title: str, language: str, now: datetime) -> Timed:
    mine = [one for one in clocks if one.rule == rule]
    running = next((one for one in mine if one.done_at is None), None)
    return Timed(
        law=_law(rule, language),
        duty=None if running is None else _duty(running, title, language, now),
        done=tuple(
            Done(one.known_at, one.done_at, one.by, _late(register.left(one, now)))
            for one in mine
            if one.done_at is not None
        ),
    )


def _late(left: timedelta) -> timedelta | None:
    return -left if left < timedelta(0) else None


def _duty(clock: Clock, title: str, language: str, now: datetime) -> Duty:
    return Duty(
        id=clock.pk,
        slug=clock.incident.slug,
        incident=title,
        law=_law(clock.rule, language),
        known=clock.known_at,
        due=clock.due_at,
        left=register.left(clock, now),
    )


def _law(name: str, language: str) -> Law:
    rule, korean = register.rules()[name], language == "ko"
    return Law(
        rule=name,
        text=rule.ko if korean else rule.en,
        who=rule.who_ko if korean else rule.who_en,
        article=rule.article if korean else rule.article_en,
        condition=rule.condition_ko if korean else rule.condition_en,
        again=rule.again,
    )
