"""`breachdesk incident`: the register of incidents."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from breachdesk.cli import _incident_publish, _incident_releases, _incident_show
from breachdesk.cli._fail import fail
from breachdesk.cli._incident_options import (
    ACTOR,
    DataOption,
    JsonOption,
    SlugArgument,
    clock_line,
    clock_rows,
    services_of,
    tell,
)
from breachdesk.incident import IncidentError
from breachdesk.incidents import RegisterError
from breachdesk.release import Store, StoreError, published

_IMPORT_HELP = (
    "Take an incident file into the register, as a new version unless it is the one in force.\n\n"
    "The register keeps all versions, the timeline, the statements in both languages and the "
    "channels. With --releases the pages show the text at once, and releases of the incident that "
    "the timeline does not have are written into it.\n\n"
    "Example: breachdesk incident import incident.toml --data desk"
)
_EXPORT_HELP = (
    "Print the incident file in force: as it was imported, or as the console revised it.\n\n"
    "Example: breachdesk incident export kt-2014 --data desk"
)
_CLOCK_HELP = (
    "Show the legal clocks, start one from the moment of knowing, or say that its duty is done.\n\n"
    "Times are ISO 8601 with a zone, such as 2026-03-27T09:30+09:00. Without --start, --done and "
    "--not-done all clocks are shown, with what is left and who has to act.\n\n"
    "Example: breachdesk incident clock kt-2014 --start pipa-34-notice --at 2026-03-27T09:30+09:00"
)


def register(app: typer.Typer) -> None:
    """Add `incident` and its commands to the application."""
    group = typer.Typer(no_args_is_help=True, help="The register of incidents.")
    group.command("import", help=_IMPORT_HELP)(import_file)
    group.command("export", help=_EXPORT_HELP)(export)
    group.command("show", help=_incident_show.HELP)(_incident_show.show)
    group.command("released", help=_incident_releases.HELP)(_incident_releases.released)
    group.command("publish", help=_incident_publish.HELP)(_incident_publish.publish)
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
    services = services_of(data)
    try:
        found = () if releases is None else published(Store(releases))
        version, new = services.import_text(ACTOR, text, file.name)
        slug = version.incident.slug
        if releases is not None:
            Store(releases).incident_texts.write(slug, version.text)
        recorded = _incident_releases.record(services, [version.incident], found)[slug]
    except (IncidentError, RegisterError, StoreError) as error:
        fail(str(error))
    told = {"incident": slug, "version": version.number, "new": new, "shown": releases is not None}
    word = "is version" if new else "is still version"
    lines = [f"{slug} {word} {version.number}.", *(f"New: release {one}." for one in recorded)]
    tell({**told, "recorded": recorded}, as_json, "\n".join(lines))


def export(
    slug: SlugArgument, data: DataOption = Path("desk"), as_json: JsonOption = False
) -> None:
    """Print the file."""
    services = services_of(data)
    try:
        text = services.export_text(services.find(slug))
    except RegisterError as error:
        fail(str(error))
    typer.echo(json.dumps({"incident": slug, "text": text}) if as_json else text, nl=as_json)


def clock(
    slug: SlugArgument,
    start: Annotated[
        str | None, typer.Option(metavar="RULE", help="Start this clock, from --at.")
    ] = None,
    done: Annotated[
        str | None, typer.Option(metavar="RULE", help="This duty was done, at --at.")
    ] = None,
    not_done: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="This duty was not done after all: its clock runs on."),
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="The moment.", show_default="now")
    ] = None,
    data: DataOption = Path("desk"),
    as_json: JsonOption = False,
) -> None:
    """Change a clock if asked, and show all."""
    moment = _moment(at)
    services = services_of(data)
    try:
        incident = services.find(slug)
        if start is not None:
            services.start_clock(ACTOR, incident, start, moment)
        if done is not None:
            services.finish_clock(ACTOR, incident, done, moment)
        if not_done is not None:
            services.reopen_clock(ACTOR, incident, not_done)
    except RegisterError as error:
        fail(str(error))
    told = clock_rows(services, incident)
    empty = "No clock runs. There are: " + ", ".join(services.rules())
    tell({"clocks": told}, as_json, "\n".join(map(clock_line, told)) or empty)


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
