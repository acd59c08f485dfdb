"""`keys desk`, `incident` and `purge` as commands."""

import json
from pathlib import Path

import pytest

from tests.e2e.running_service import run_command

INCIDENT = Path(__file__).parents[2] / "data" / "open-items.toml"


@pytest.fixture(autouse=True)
def own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BREACHDESK_DESK_PUBLIC"):
        monkeypatch.delenv(name, raising=False)


def test_an_incident_goes_in_and_comes_out_and_its_clock_runs(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "desk")
    taken = run_command(
        "incident", "import", INCIDENT, *data, "--releases", tmp_path / "releases", "--json"
    )
    assert json.loads(taken) == {
        "incident": "kt-2014",
        "version": 1,
        "new": True,
        "shown": True,
    }
    text = INCIDENT.read_text("utf-8")
    assert (tmp_path / "releases" / "incidents" / "kt-2014.toml").read_text("utf-8") == text
    assert run_command("incident", "export", "kt-2014", *data) == text
    at = ("--at", "2026-03-27T09:30+09:00")
    started = run_command(
        "incident", "clock", "kt-2014", "--start", "pipa-34-notice", *at, *data, "--json"
    )
    (clock,) = json.loads(started)["clocks"]
    assert clock["due_at"] == "2026-03-30T00:30:00+00:00"
    assert clock["left_hours"] < 0
    shown = json.loads(run_command("incident", "show", "kt-2014", *data, "--json"))
    assert [one["kind"] for one in shown["timeline"]] == ["discovered", "notified", "other"]
    assert json.loads(run_command("purge", *data, "--json"))["cases"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("incident", "export", "x"), "incident import"),
        (("incident", "clock", "x", "--at", "noon"), "--at"),
        (("incident", "clock", "x", "--at", "2026-03-27T09:30"), "zone"),
        (("incident", "import", "no-such.toml"), "UTF-8"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(AssertionError, match=said) as failed:
        run_command(*arguments, "--data", tmp_path / "desk")
    assert "Traceback" not in str(failed.value)


def test_the_key_of_the_desk_is_made_once(tmp_path: Path) -> None:
    run_command("keys", "new", tmp_path / "keys")
    told = json.loads(run_command("keys", "desk", tmp_path / "keys", "--json"))
    assert not told["made"]
    assert len(bytes.fromhex(told["desk"])) == 32
