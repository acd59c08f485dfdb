"""`breachdesk incident`: the register of incidents."""

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from breachdesk.cli._fail import fail
from breachdesk.desk import DeskError, set_up
from breachdesk.incident import IncidentError
from breachdesk.incidents import Actor, RegisterError
from breachdesk.release import Store, StoreError

_ACTOR = Actor.system("command")
_IMPORT_HELP = (
    "Take an incident file into the register, as a new version unless it is the one in force.\n\n"
    "The register keeps all versions, the timeline, the statements in both languages and the "
    "channels. With --releases the pages show the text at once.\n\n"
    "Example: breachdesk incident import incident.toml --data desk"
)
_EXPORT_HELP = (
    "Print the incident file in force, as it was imported.\n\n"
    "Example: breachdesk incident export kt-2014 --data desk"
)
_SHOW_HELP = (
    "Say what the register knows: versions, timeline, channels and clocks of one incident, or the "
    "list of all.\n\n"
    "Example: breachdesk incident show kt-2014 --data desk --json"
)
_CLOCK_HELP = (
    "Show the legal clocks, start one from the moment of knowing, or say that its duty is done.\n\n"
    "Times are ISO 8601 with a zone, such as 2026-03-27T09:30+09:00. Without --start and --done "
    "all clocks are shown, with what is left and who has to act.\n\n"
    "Example: breachdesk incident clock kt-2014 --start pipa-34-notice --at 2026-03-27T09:30+09:00"
)

DataOption = Annotated[Path, typer.Option(metavar="DIR", help="The desk's data folder.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON, for a machine.")
]
SlugArgument = Annotated[str, typer.Argument(metavar="ID", help="The incident's id.")]


def register(app: typer.Typer) -> None:
    """Add `incident` and its commands to the application."""
    group = typer.Typer(no_args_is_help=True, help="The register of incidents.")
    group.command("import", help=_IMPORT_HELP)(import_file)
    group.command("export", help=_EXPORT_HELP)(export)
    group.command("show", help=_SHOW_HELP)(show)
    group.command("clock", help=_CLOCK_HELP)(clock)
    app.add_typer(group, name="incident")


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The incident file.")],
    data: DataOption = Path("desk"),
    releases: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The releases folder whose pages show the text."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Import, and put the text where the pages read it."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        fail(f"{file} cannot be read as UTF-8: name an incident file")
    services = _services(data)
    try:
        version, new = services.import_text(_ACTOR, text, file.name)
        slug = version.incident.slug
        if releases is not None:
            Store(releases).incident_texts.write(slug, version.text)
    except (IncidentError, RegisterError, StoreError) as error:
        fail(str(error))
    told = {"incident": slug, "version": version.number, "new": new, "shown": releases is not None}
    word = "is version" if new else "is still version"
    _print(told, as_json, f"{slug} {word} {version.number}.")


def export(
    slug: SlugArgument, data: DataOption = Path("desk"), as_json: JsonOption = False
) -> None:
    """Print the file."""
    services = _services(data)
    try:
        text = services.export_text(services.find(slug))
    except RegisterError as error:
        fail(str(error))
    typer.echo(json.dumps({"incident": slug, "text": text}) if as_json else text, nl=as_json)


def show(
    slug: Annotated[
        str | None, typer.Argument(metavar="ID", help="The incident's id; without it, all.")
    ] = None,
    data: DataOption = Path("desk"),
    as_json: JsonOption = False,
) -> None:
    """One incident, or the list."""
    services = _services(data)
    models = import_module("breachdesk.incidents.models")
    if slug is None:
        found = list(models.Incident.objects.order_by("number").values_list("slug", flat=True))
        _print({"incidents": found}, as_json, "\n".join(found) or "The register is empty.")
        return
    try:
        incident = services.find(slug)
    except RegisterError as error:
        fail(str(error))
    told: dict[str, list[dict[str, Any]]] = {
        "versions": [
            _row(one, "number", "valid_from", "author") for one in incident.versions.all()
        ],
        "timeline": [_row(one, "kind", "at", "source", "author") for one in incident.entries.all()],
        "channels": [_row(one, "code", "uses") for one in incident.channels.all()],
        "clocks": _clocks(services, incident),
    }
    lines = [f"{name}: {_line(row)}" for name, rows in told.items() for row in rows]
    _print({"incident": slug, **told}, as_json, "\n".join([slug, *lines]))


def clock(
    slug: SlugArgument,
    start: Annotated[
        str | None, typer.Option(metavar="RULE", help="Start this clock, from --at.")
    ] = None,
    done: Annotated[
        str | None, typer.Option(metavar="RULE", help="This duty was done, at --at.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="The moment.", show_default="now")
    ] = None,
    data: DataOption = Path("desk"),
    as_json: JsonOption = False,
) -> None:
    """Change a clock if asked, and show all."""
    moment = _moment(at)
    services = _services(data)
    try:
        incident = services.find(slug)
        if start is not None:
            services.start_clock(_ACTOR, incident, start, moment)
        if done is not None:
            services.finish_clock(_ACTOR, incident, done, moment)
    except RegisterError as error:
        fail(str(error))
    told = _clocks(services, incident)
    empty = "No clock runs. There are: " + ", ".join(services.rules())
    _print({"clocks": told}, as_json, "\n".join(map(_line, told)) or empty)


def _services(data: Path) -> Any:
    """The register's services, once Django is set up."""
    try:
        set_up(data)
    except DeskError as error:
        fail(str(error))
    return import_module("breachdesk.incidents.services")


def _clocks(services: Any, incident: Any) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    found = []
    for one in incident.clocks.all():
        rule = services.rules()[one.rule]
        hours = services.left(one, now).total_seconds() / 3600
        row = _row(one, "rule", "known_at", "due_at", "done_at")
        found.append(
            {**row, "left_hours": round(hours, 1), "who": rule.who, "article": rule.article_en}
        )
    return found


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail("--at: give a time such as 2026-03-27T09:30+09:00")
    if found.tzinfo is None:
        fail("--at: give the zone too, such as 2026-03-27T09:30+09:00")
    return found


def _row(one: Any, *names: str) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _line(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value not in (None, ""))


def _print(told: dict[str, Any], as_json: bool, text: str) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else text)
