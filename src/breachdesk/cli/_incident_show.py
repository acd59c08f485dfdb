"""`breachdesk incident show`: all that the register knows of one incident."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from breachdesk.cli._fail import fail
from breachdesk.cli._incident_options import (
    DataOption,
    JsonOption,
    clock_line,
    clock_rows,
    line,
    row,
    services_of,
    tell,
)
from breachdesk.incidents import RegisterError

HELP: Final = (
    "Say what the register knows of one incident, or list all.\n\n"
    "That is: versions of its file, the timeline with the releases, statements in both languages "
    "with their versions, ways to the organisation, channels that it uses and never uses, and the "
    "legal clocks with what is left. The text has the statements in force, --json all versions.\n\n"
    "Example: breachdesk incident show kt-2014 --data desk --json"
)


def show(
    slug: Annotated[
        str | None, typer.Argument(metavar="ID", help="The incident's id; without it, all.")
    ] = None,
    data: DataOption = Path("desk"),
    as_json: JsonOption = False,
) -> None:
    """One incident, or the list."""
    services = services_of(data)
    models = import_module("breachdesk.incidents.models")
    if slug is None:
        found = list(models.Incident.objects.order_by("number").values_list("slug", flat=True))
        tell({"incidents": found}, as_json, "\n".join(found) or "The register is empty.")
        return
    try:
        told = _of(services, services.find(slug))
    except RegisterError as error:
        fail(str(error))
    tell({"incident": slug, **told}, as_json, "\n".join((slug, *_lines(told))))


def _of(services: Any, incident: Any) -> dict[str, list[dict[str, Any]]]:
    entry = ("kind", "at", "release", "source", "author")
    statement = ("language", "version", "at", "author", "text")
    return {
        "versions": [row(one, "number", "valid_from", "author") for one in incident.versions.all()],
        "timeline": [row(one, *entry) for one in incident.entries.all()],
        "statements": [row(one, *statement) for one in incident.statements.all()],
        "contacts": [_contact(one) for one in services.describe(incident).contacts],
        "channels": [row(one, "code", "uses") for one in incident.channels.all()],
        "clocks": clock_rows(services, incident),
    }


def _contact(one: Any) -> dict[str, Any]:
    texts = {name: getattr(one, name) for name in ("name", "value", "hours")}
    both = {
        name: {language: text.in_language(language) for language in ("ko", "en")}
        for name, text in texts.items()
    }
    return {"kind": one.kind, **both}


def _lines(told: dict[str, list[dict[str, Any]]]) -> list[str]:
    used = [one["code"] for one in told["channels"] if one["uses"]]
    never = [one["code"] for one in told["channels"] if not one["uses"]]
    return [
        *(f"version: {line(one)}" for one in told["versions"]),
        *(f"timeline: {line(one)}" for one in told["timeline"]),
        *_statement_lines(told["statements"]),
        *(f"contact: {_contact_line(one)}" for one in told["contacts"]),
        f"channels used: {', '.join(used) or 'none named'}",
        f"channels never used: {', '.join(never) or 'none named'}",
        *(f"clock: {clock_line(one)}" for one in told["clocks"]),
    ]


def _statement_lines(rows: list[dict[str, Any]]) -> list[str]:
    newest = {one["language"]: one["version"] for one in rows}  # ordered by version
    lines = []
    for one in rows:
        head = {name: value for name, value in one.items() if name != "text"}
        in_force = one["version"] == newest[one["language"]]
        text = f", in force:\n  {one['text']}" if in_force else ""
        lines.append(f"statement: {line(head)}{text}")
    return lines


def _contact_line(one: dict[str, Any]) -> str:
    texts = (" / ".join(dict.fromkeys(one[name].values())) for name in ("name", "value", "hours"))
    return f"{one['kind']}: " + ", ".join(text for text in texts if text.strip(" /"))
