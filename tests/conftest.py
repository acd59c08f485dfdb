"""What every test may use: Hypothesis profiles; browser and scanner, or a loud word that there is
none.

A newcomer without Chromium or clamd can run everything else and is told what was left out. Where
CI=true nothing is left out: there what is missing is a failure.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = (
    "no Chromium on this machine: install it (Debian and Ubuntu: apt-get install chromium), "
    "or name it in the variable CHROMIUM"
)
NO_CLAMD = (
    "no clamd on this machine: install it (Debian and Ubuntu: apt-get install "
    "--no-install-recommends clamav-daemon clamdscan)"
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
    return find_chromium() or _missing(NO_CHROMIUM)


@pytest.fixture(scope="session")
def clamd() -> Path:
    """Path of a real clamd, which has clamdscan on PATH beside it. Without one as `chromium`."""
    found = shutil.which("clamd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    return Path(found) if found and shutil.which("clamdscan") else _missing(NO_CLAMD)


def _missing(word: str) -> NoReturn:
    """Skip the test, and in CI fail it."""
    if IN_CI:
        pytest.fail(word)
    pytest.skip(word)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives the browser, so that `-m "not browser"` leaves it out, and what runs in one
    process of xdist: tests of a file that share what was made for them."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if "chromium" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("xdist_group") is None and _shares(item):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def _shares(item: pytest.Function) -> bool:
    found = item._fixtureinfo.name2fixturedefs.values()
    return any(one.scope == "module" for definitions in found for one in definitions)


@pytest.fixture(autouse=True, scope="session")
def grouped(request: pytest.FixtureRequest) -> None:
    """A pytest that xdist does not know takes no notice of groups: everything shared would be made
    in every process, which nobody sees but in the time."""
    if getattr(request.config.option, "loadgroup", False):
        named = [item for item in request.session.items if item.get_closest_marker("xdist_group")]
        assert all("@" in item.nodeid for item in named), "xdist does not group: see pyproject.toml"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not run for want of a program, where nobody can overlook it."""
    skipped = terminalreporter.stats.get("skipped", [])
    for title, word in (("THE BROWSER TESTS", NO_CHROMIUM), ("THE SCANNER TESTS", NO_CLAMD)):
        missed = sorted(report.nodeid for report in skipped if word in str(report.longrepr))
        if not missed:
            continue
        terminalreporter.section(f"NOT RUN: {title}", sep="!", red=True, bold=True)
        terminalreporter.write_line(word, red=True)
        for nodeid in missed:
            terminalreporter.write_line(f"  not run: {nodeid}")
