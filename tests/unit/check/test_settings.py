"""Settings that the service must not run with."""

from pathlib import Path
from typing import Any

import pytest

from breachdesk.check import CheckSettings, SettingsError

HERE = Path()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"rate": 0}, "rate"),
        ({"rate": -1}, "rate"),
        ({"workers": 0}, "workers"),
        ({"budget_day": 0}, "budget day"),
        ({"budget_epoch": 0}, "budget epoch"),
        ({"effort": 0}, "token effort"),
        ({"effort": 2**22 + 1}, "token effort"),
        ({"alarm_webhook": "x"}, "alarm webhook"),
        ({"alarm_mail": "x"}, "alarm mail"),
    ],
)
def test_limits_are_never_off(options: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        CheckSettings(HERE, HERE, **options)


def test_several_processes_count_together_or_not_at_all() -> None:
    with pytest.raises(SettingsError, match="--limits"):
        CheckSettings(HERE, HERE, workers=2)
    assert CheckSettings(HERE, HERE, workers=2, limits="redis://127.0.0.1:6379/5").workers == 2


def test_what_is_counted_for_good_lies_beside_the_releases(tmp_path: Path) -> None:
    settings = CheckSettings(tmp_path / "releases", HERE)
    assert settings.admission.state == tmp_path / "state"
    named = CheckSettings(tmp_path / "releases", HERE, state=tmp_path / "other")
    assert named.admission.state == tmp_path / "other"


@pytest.mark.parametrize(
    "origin",
    ["*", "example.org", "https://a.example/", "https://a.example/x", "https://u@a.example"],
)
def test_an_origin_is_written_as_browsers_do(origin: str) -> None:
    with pytest.raises(SettingsError, match="page origin"):
        CheckSettings(HERE, HERE, page_origins=(origin,))
