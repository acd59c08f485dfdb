"""`breachdesk incident publish`: the texts in force, where the check's pages read them."""

from importlib import import_module
from pathlib import Path
from typing import Final

from breachdesk.cli._fail import fail
from breachdesk.cli._incident_options import (
    DataOption,
    JsonOption,
    ReleasesOption,
    services_of,
    tell,
)
from breachdesk.incidents import RegisterError
from breachdesk.release import Store, StoreError

HELP: Final = (
    "Show the incident files in force, with what the console revised, on the check's pages.\n\n"
    "They read their texts from the releases folder and have no database. Run it after a revision, "
    "or by a timer: what did not change is not written.\n\n"
    "Example: breachdesk incident publish --releases releases --data desk"
)


def publish(
    releases: ReleasesOption = Path("releases"),
    data: DataOption = Path("desk"),
    as_json: JsonOption = False,
) -> None:
    """Write what differs."""
    services = services_of(data)
    models = import_module("breachdesk.incidents.models")
    texts = Store(releases).incident_texts
    shown = []
    try:
        for incident in models.Incident.objects.order_by("number"):
            text = services.export_text(incident)
            if texts.read(incident.slug) != text:
                texts.write(incident.slug, text)
                shown.append(incident.slug)
    except (RegisterError, StoreError) as error:
        fail(str(error))
    lines = [f"{slug} is shown as it is in force." for slug in shown]
    tell({"shown": shown}, as_json, "\n".join(lines) or "The pages show what is in force.")
