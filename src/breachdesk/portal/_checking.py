"""What the check needs in its page: the questions, and what to do about each item."""

from collections.abc import Iterable
from dataclasses import dataclass

from breachdesk.incident import Advice, HelpRoute, Incident, Item, by_urgency
from breachdesk.portal._fields import FIELDS, Field
from breachdesk.portal._questions import Question


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the checklist: the items that call for the same first step, and what is next.

    `idle` means that the step asks for nothing by itself and has no tick.
    """

    step: Advice
    items: tuple[Item, ...]
    more: tuple[Advice, ...]
    route: HelpRoute | None
    idle: bool


def tasks(incidents: Iterable[Incident]) -> tuple[Task, ...]:
    """Return the checklist for all items of the incidents, the most urgent first."""
    incidents = tuple(incidents)
    routes = {key: route for incident in incidents for key, route in incident.help.items()}
    groups: dict[str, list[Item]] = {}
    for item in by_urgency(code for incident in incidents for code in incident.items):
        groups.setdefault(item.advice[0].id, []).append(item)
    lines = [_task(tuple(items), routes) for items in groups.values()]
    return tuple(sorted(lines, key=lambda line: line.idle))


def form_fields(asked: Iterable[Question]) -> tuple[Field, ...]:
    """Return every field that some question or way asks for, each once, in the order of types."""
    lists = [(*one.fields, *(name for way in one.ways for name in way.fields)) for one in asked]
    names = {name for fields in lists for name in fields}
    return tuple(field for name, field in FIELDS.items() if name in names)


def _task(items: tuple[Item, ...], routes: dict[str, HelpRoute]) -> Task:
    step = items[0].advice[0]
    further = {advice.id: advice for item in items for advice in item.advice[1:]}
    return Task(
        step=step,
        items=items,
        more=tuple(further.values()),
        route=routes.get(step.help) if step.help else None,
        idle=step.id == "see-other-items",
    )
