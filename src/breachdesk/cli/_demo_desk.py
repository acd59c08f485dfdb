"""The demo's desk: the register, fictitious reports in all states, staff of every role.

It is filled by a process of its own, because Django is set up once in each.
"""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Final

from breachdesk.cli._incident_releases import record
from breachdesk.console import ConsoleSettings, make_sample
from breachdesk.incidents import Actor
from breachdesk.release import Store, published

REPORTS: Final = 300
PASSWORD: Final = "demo-only-not-secret"  # noqa: S105 (of accounts in a folder that nobody else serves)

_KNOWN_FOR: Final = timedelta(hours=20)
_CLOCKS: Final = ("pipa-34-notice", "pipa-34-report", "network-48-3")


def fill_desk(
    data: Path, keys: Path, incidents: Sequence[Path], releases: Path, reports: int
) -> list[tuple[str, str]]:
    """Names and roles of the staff. Raises `ConsoleError`, `KeysError`, `StoreError`, `OSError`."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(_fill, data, keys, tuple(incidents), releases, reports).result()


def _fill(
    data: Path, keys: Path, incidents: tuple[Path, ...], releases: Path, reports: int
) -> list[tuple[str, str]]:
    staff = make_sample(ConsoleSettings(data=data, keys=keys), reports, PASSWORD)
    services = import_module("breachdesk.incidents.services")  # once Django is set up
    actor = Actor.system("demo")
    known = datetime.now(UTC) - _KNOWN_FOR
    found = published(Store(releases))
    for file in incidents:
        version, _ = services.import_text(actor, file.read_text("utf-8"), file.name)
        for rule in _CLOCKS:
            services.start_clock(actor, version.incident, rule, known)
        record(services, [version.incident], found)
    return staff
