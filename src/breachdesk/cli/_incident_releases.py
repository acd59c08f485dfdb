"""`breachdesk incident released`: what was published, in the timelines of the register."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from breachdesk.cli._fail import fail
from breachdesk.cli._incident_options import (
    ACTOR,
    DataOption,
    JsonOption,
    ReleasesOption,
    services_of,
    tell,
)
from breachdesk.release import Published, Store, StoreError, published

HELP: Final = (
    "Write releases that the register does not know yet into the timelines of their incidents.\n\n"
    "Each release that holds an incident of the register stands in its timeline once, with its "
    "number and the moment of publication. Run it after a build; `incident import --releases` "
    "does the same for one incident.\n\n"
    "Example: breachdesk incident released --releases releases --data desk"
)


def released(
    releases: ReleasesOption = Path("releases"),
    data: DataOption = Path("desk"),
    as_json: JsonOption = False,
) -> None:
    """Look at the folder, and write down what is new."""
    services = services_of(data)
    models = import_module("breachdesk.incidents.models")
    try:
        found = published(Store(releases))
    except StoreError as error:
        fail(str(error))
    told = record(services, models.Incident.objects.order_by("number"), found)
    lines = [f"{slug}: release {number}" for slug, numbers in told.items() for number in numbers]
    tell({"recorded": told}, as_json, "\n".join(lines) or "The timelines have all releases.")


def record(services: Any, incidents: Any, found: Sequence[Published]) -> dict[str, list[int]]:
    """Numbers of the releases that were new, by incident."""
    return {
        one.slug: services.record_releases(
            ACTOR,
            one,
            [
                (release.number, datetime.fromtimestamp(release.time, UTC))
                for release in found
                if one.slug in release.incidents
            ],
        )
        for one in incidents
    }
