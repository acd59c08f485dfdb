"""`keys desk`, `incident` and `purge` as commands."""

import json
from pathlib import Path

import pytest

from breachdesk.release import Store
from tests.e2e.running_service import run_command
from tests.factories.releases import PUBLISHED, Service, publish_release

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
        "recorded": [],
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
    assert (clock["who"], clock["who_ko"]) == ("controller", "개인정보처리자")
    shown = json.loads(run_command("incident", "show", "kt-2014", *data, "--json"))
    assert [one["kind"] for one in shown["timeline"]] == ["discovered", "notified", "known"]
    assert [(one["language"], one["version"]) for one in shown["statements"]] == [
        ("en", 1),
        ("ko", 1),
    ]
    assert {one["kind"] for one in shown["contacts"]} == {"phone", "post", "shop"}
    assert json.loads(run_command("purge", *data, "--json"))["cases"] == 0


def test_what_is_in_force_is_put_where_the_pages_read_it(tmp_path: Path) -> None:
    data, releases = ("--data", tmp_path / "desk"), tmp_path / "releases"
    run_command("incident", "import", INCIDENT, *data)
    publish = ("incident", "publish", "--releases", releases, *data, "--json")
    assert json.loads(run_command(*publish)) == {"shown": ["kt-2014"]}
    assert json.loads(run_command(*publish)) == {"shown": []}
    text = Store(releases).incident_texts.read("kt-2014")
    assert text == run_command("incident", "export", "kt-2014", *data)


def test_releases_come_into_the_timeline_and_all_of_it_is_shown(tmp_path: Path) -> None:
    data, releases = ("--data", tmp_path / "desk"), tmp_path / "releases"
    store, service = Store(releases), Service()
    publish_release(store, service)
    told = run_command("incident", "import", INCIDENT, *data, "--releases", releases, "--json")
    assert json.loads(told)["recorded"] == [1]
    publish_release(store, service, PUBLISHED + 60)
    again = ("incident", "released", "--releases", releases, *data, "--json")
    assert json.loads(run_command(*again)) == {"recorded": {"kt-2014": [2]}}
    assert json.loads(run_command(*again)) == {"recorded": {"kt-2014": []}}
    at = ("--at", "2026-03-27T09:30+09:00")
    run_command("incident", "clock", "kt-2014", "--start", "pipa-34-notice", *at, *data)
    text = run_command("incident", "show", "kt-2014", *data)
    first = "at 1970-01-12T13:46:40+00:00, release 1, source release 1, author system:command"
    for said in (
        f"timeline: kind released, {first}",
        "statement: language ko, version 1",
        "statement: language en, version 1",
        "channels used: email, post",
        "channels never used: call, sms",
        "clock: pipa-34-notice: OVER since",
        "contact: phone: ",
    ):
        assert said in text, text


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
