"""What every test may use: Hypothesis profiles, and the browser or a loud word that there is none.

A newcomer without Chromium can run everything else and is told what was left out. Where CI=true
nothing is left out: there a missing Chromium is a failure.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = (
    "no Chromium on this machine: install it (Debian and Ubuntu: apt-get install chromium), "
    "or name it in the variable CHROMIUM"
)
IN_CI = os.environ.get("CI", "").lower() == "true"

# No deadline in either: time is never asserted.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if IN_CI else "dev")


def find_chromium() -> Path | None:
    """The browser that the tests drive: what CHROMIUM names, else the first known name on PATH."""
    named = os.environ.get("CHROMIUM")
    found = [shutil.which(name) for name in ((named,) if named else CHROMIUM_NAMES)]
    return next((Path(path) for path in found if path), None)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of a real Chromium. Without one the test is skipped, and in CI it fails."""
    found = find_chromium()
    if found is not None:
        return found
    if IN_CI:
        pytest.fail(NO_CHROMIUM)
    pytest.skip(NO_CHROMIUM)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives the browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not run for want of a browser, where nobody can overlook it."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sorted(report.nodeid for report in skipped if NO_CHROMIUM in str(report.longrepr))
    if not missed:
        return
    terminalreporter.section("NOT RUN: THE BROWSER TESTS", sep="!", red=True, bold=True)
    terminalreporter.write_line(NO_CHROMIUM, red=True)
    for nodeid in missed:
        terminalreporter.write_line(f"  not run: {nodeid}")
