"""Options of `serve`, refused before anything starts."""

from pathlib import Path
from typing import Any

import pytest

from breachdesk.channel import sample
from breachdesk.check import SettingsError
from breachdesk.serving import DeskRequest, ServeError, ServeRequest
from breachdesk.serving._environment import (
    decode_channel,
    decode_settings,
    encode_channel,
    encode_settings,
)

RELEASES, KEYS = Path("releases"), Path("keys")


def test_defaults_stand_side_by_side() -> None:
    request = ServeRequest(RELEASES, KEYS)
    assert request.check_port == 8001
    assert request.pages_address == "http://127.0.0.1:8000"
    assert request.public_evaluator == request.public_buckets == "http://127.0.0.1:8001"
    assert "localhost" in request.hosts


def test_public_addresses_are_what_was_said() -> None:
    request = ServeRequest(
        RELEASES,
        KEYS,
        host="::",
        evaluator_url="https://check.example.org/",
        buckets_url="https://cdn.example.net/b/",
        allowed_hosts=("breach.example.org",),
    )
    assert request.public_evaluator == "https://check.example.org"
    assert request.public_buckets == "https://cdn.example.net/b"
    assert request.pages_address == "http://[::1]:8000"
    assert request.hosts[0] == "breach.example.org"
    assert "::" not in request.hosts


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"port": 0}, "--port"),
        ({"port": 65535}, "--evaluator-port"),
        ({"port": 8000, "evaluator_port": 8000}, "--evaluator-port"),
        ({"host": "0.0.0.0"}, "--evaluator-url"),
    ],
)
def test_what_cannot_be_served_is_said_with_its_option(options: dict[str, Any], named: str) -> None:
    with pytest.raises(ServeError, match=named):
        ServeRequest(RELEASES, KEYS, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"rate": 0},
        {"proxies": ("x",)},
        {"page_origins": ("x",)},
        {"workers": 0},
        {"workers": 2},
        {"token_effort": 0},
        {"budget_day": 0},
        {"alarm_webhook": "x"},
        {"alarm_mail": "smtp://host"},
    ],
)
def test_settings_of_the_check_service_are_checked_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        ServeRequest(RELEASES, KEYS, **options)


def test_settings_survive_the_environment() -> None:
    request = ServeRequest(
        RELEASES,
        KEYS,
        workers=2,
        rate=50,
        proxies=("10.0.0.0/8",),
        page_origins=("https://a.b",),
        state=Path("counts"),
        limits="redis://127.0.0.1:6379/5",
        budget_day=7,
        budget_epoch=8,
        token_effort=9,
        alarm_webhook="https://a.b/c",
        alarm_mail="smtp://a.b?from=a@b&to=c@d",
    )
    settings = request.check_settings()
    assert decode_settings(encode_settings(settings)) == settings


def channel_file(folder: Path) -> Path:
    file = folder / "channel.toml"
    file.write_text(sample(folder / "spool"), encoding="utf-8")
    return file


def test_the_channel_service_stands_beside(tmp_path: Path) -> None:
    request = ServeRequest(RELEASES, KEYS, channel=channel_file(tmp_path), proxies=("10.0.0.0/8",))
    assert request.codes_port == 8002
    assert request.public_channel == "http://127.0.0.1:8002"
    settings = request.channel_settings()
    assert decode_channel(encode_channel(settings)) == settings
    assert ServeRequest(RELEASES, KEYS).channel_config() is None


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"channel_port": 0}, "--channel-port"),
        ({"channel_port": 8000}, "--channel-port"),
        ({"channel_port": 8001}, "--channel-port"),
        ({"host": "0.0.0.0", "evaluator_url": "https://a.example"}, "--channel-url"),
    ],
)
def test_a_channel_that_cannot_be_served(
    tmp_path: Path, options: dict[str, Any], named: str
) -> None:
    with pytest.raises(ServeError, match=named):
        ServeRequest(RELEASES, KEYS, channel=channel_file(tmp_path), **options)


def test_a_channel_file_that_is_wrong_or_missing(tmp_path: Path) -> None:
    file = channel_file(tmp_path)
    file.write_text(file.read_text().replace("senders = 4", "senders = 0"))
    with pytest.raises(ServeError, match=r"--channel: .*\n  line \d+"):
        ServeRequest(RELEASES, KEYS, channel=file)
    with pytest.raises(ServeError, match="channel init"):
        ServeRequest(RELEASES, KEYS, channel=tmp_path / "none.toml")


def test_where_the_desk_is() -> None:
    none = ServeRequest(RELEASES, KEYS)
    assert (none.desk, none.public_desk) == (None, "")
    here = ServeRequest(RELEASES, KEYS, port=8000, host="192.0.2.1", desk=DeskRequest(Path("desk")))
    assert (here.desk_host, here.desk_port) == ("127.0.0.1", 8004)
    assert here.public_desk == "http://127.0.0.1:8004"
    named = DeskRequest(Path("desk"), url="https://report.example.org/", host="0.0.0.0", port=9)
    assert ServeRequest(RELEASES, KEYS, desk=named).public_desk == "https://report.example.org"


@pytest.mark.parametrize(
    "options",
    [
        {"port": 0},
        {"port": 8000},
        {"port": 8001},
        {"url": "report.example.org"},
        {"url": "https://x.example; script-src *"},
        {"host": "0.0.0.0"},
    ],
)
def test_a_desk_that_cannot_be(options: dict[str, Any]) -> None:
    with pytest.raises(ServeError, match="--desk-"):
        ServeRequest(RELEASES, KEYS, desk=DeskRequest(Path("desk"), **options))
