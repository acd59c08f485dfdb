"""What the commands of `breachdesk incident` share: options, the register, how results are told."""

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from breachdesk.cli._fail import fail
from breachdesk.desk import DeskError, set_up
from breachdesk.incidents import Actor

ACTOR: Final = Actor.system("command")

DataOption = Annotated[Path, typer.Option(metavar="DIR", help="The desk's data folder.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
]
ReleasesOption = Annotated[Path, typer.Option(metavar="DIR", help="The releases folder.")]
SlugArgument = Annotated[str, typer.Argument(metavar="ID", help="The incident's id.")]


def services_of(data: Path) -> Any:
    """The register's services, once Django is set up."""
    try:
        set_up(data)
    except DeskError as error:
        fail(str(error))
    return import_module("breachdesk.incidents.services")


def clock_rows(services: Any, incident: Any) -> list[dict[str, Any]]:
    """The clocks of an incident: what is left, in hours, and who has to act, in both languages."""
    now = datetime.now(UTC)
    found = []
    for one in incident.clocks.all():
        rule = services.rules()[one.rule]
        hours = services.left(one, now).total_seconds() / 3600
        told = {"left_hours": round(hours, 1), "who": rule.who_en, "article": rule.article_en}
        korean = {"who_ko": rule.who_ko, "article_ko": rule.article}
        duty = {"duty": rule.en, "duty_ko": rule.ko}
        times = row(one, "rule", "known_at", "due_at", "done_at")
        found.append({**times, **told, **korean, **duty})
    return found


def row(one: Any, *names: str) -> dict[str, Any]:
    """These fields of a model, moments as ISO 8601."""
    values = {name: getattr(one, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def line(values: dict[str, Any]) -> str:
    """A row for reading, without what is empty."""
    return ", ".join(f"{name} {value}" for name, value in values.items() if value not in (None, ""))


def clock_line(values: dict[str, Any]) -> str:
    """A clock for reading: what is left first."""
    hours = values["left_hours"]
    if values["done_at"] is not None:
        state = f"done at {values['done_at']}"
    elif hours < 0:
        state = f"OVER since {-hours} hours"
    else:
        state = f"{hours} hours left"
    return (
        f"{values['rule']}: {state}, due {values['due_at']}, known {values['known_at']}, "
        f"{values['who']} ({values['who_ko']}), {values['article']}: {values['duty']}"
    )


def tell(told: dict[str, Any], as_json: bool, text: str) -> None:
    """Print a result as JSON or as text."""
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else text)
