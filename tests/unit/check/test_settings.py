"""Settings that the service must not run with."""

from pathlib import Path

import pytest

from breachdesk.check import CheckSettings, SettingsError

HERE = Path()


def test_the_rate_is_shared_by_the_processes() -> None:
    assert CheckSettings(HERE, HERE, rate=1000, workers=3).worker_rate * 3 <= 1000


@pytest.mark.parametrize(("rate", "workers"), [(0, 1), (-1, 1), (1, 2), (10, 0)])
def test_limits_are_never_off(rate: int, workers: int) -> None:
    with pytest.raises(SettingsError):
        CheckSettings(HERE, HERE, rate=rate, workers=workers)


@pytest.mark.parametrize(
    "origin",
    ["*", "example.org", "https://a.example/", "https://a.example/x", "https://u@a.example"],
)
def test_an_origin_is_written_as_browsers_do(origin: str) -> None:
    with pytest.raises(SettingsError, match="page origin"):
        CheckSettings(HERE, HERE, page_origins=(origin,))
