"""The channel file: the sample is one, and what is wrong is told with its line and what to do."""

from pathlib import Path

import pytest

from breachdesk.channel import ConfigError, load, sample
from breachdesk.channel._config import Backend, Gateway, Smtp
from breachdesk.channel._schema import parse

WHERE = Path("/etc/breachdesk/channel.toml")


def changed(old: str, new: str, *, spool: Path | None = Path("spool")) -> str:
    text = sample(spool)
    assert old in text
    return text.replace(old, new, 1)


def test_both_samples_are_channel_files() -> None:
    spooled = parse(sample(Path("/var/spool/codes")), WHERE)
    assert spooled.channels == ("phone", "email", "letter", "desk")
    assert spooled.phone is not None
    assert spooled.phone.way == Path("/var/spool/codes")
    assert (spooled.limits.address_hour, spooled.limits.address_day) == (3, 6)
    real = parse(sample(None), WHERE)
    assert real.phone is not None
    assert real.email is not None
    assert isinstance(real.phone.way, Gateway)
    assert isinstance(real.email.way, Smtp)
    assert real.email.way.password_file == WHERE.parent / "smtp-password"
    assert real.database == "sqlite:////etc/breachdesk/channel.sqlite3"


def test_defaults_where_sections_are_missing(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text(
        'format = 1\nchannels = ["email"]\n[organisation]\nko = "가"\nen = "A"\n'
        '[email]\nfrom = "A <a@a.example>"\nsender = "backend"\n'
        'backend = "anymail.backends.mailgun.EmailBackend"\n[email.anymail]\nX = "y"\n'
        "[spend]\nsends_day = 5\nmoney_day = 0\n"
    )
    config = load(file)
    assert (config.limits.address_hour, config.limits.address_day) == (3, 6)
    assert config.email is not None
    assert config.email.way == Backend("anymail.backends.mailgun.EmailBackend", {"X": "y"})
    assert (config.phone, config.desk.alarm_day, config.alarm.webhook) == (None, 30, None)
    assert not config.serves("phone", "+821012345678")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("format = 1", "format = 2", "format", "whole number from 1 to 1"),
        ('"letter", "desk"]', '"latter"]', "channels", 'Did you mean "letter"?'),
        ('"phone", "email", "letter", "desk"', '"desk"', "channels", "stands in for"),
        ('prefixes = ["+8210"]', 'prefixes = ["010"]', "prefixes", "a plus sign and digits"),
        ("denied_domains = []", 'denied_domains = ["@x"]', "denied_domains", "list of domains"),
        ('sender = "spool"', 'sender = "pigeon"', 'sender = "p', 'Use "sms", "spool"'),
        ("price = 20\n", 'price = "20"\n', "price", "whole number"),
        ("address_hour = 3", "address_hour = 0", "address_hour", "whole number from 1"),
        ("address_hour = 3", "address_hour = 9", "address_day", "fewer messages"),
        ("sends_day = 20000\n", "", "[spend]", "`sends_day` is missing"),
        ("alarm_percent = 80", "alarm_percent = 101", "alarm_percent", "from 1 to 100"),
        ("senders = 4", "sendres = 4", "sendres", 'Did you mean "senders"?'),
        ('ko = "한빛통신"', 'ko = "http://x"', 'ko = "http', "no address"),
        ('from = "codes@example.org"', 'from = "codes"', "from", "no mail address"),
        ("wrong_codes_hour = 500", 'webhook = "ftp://x"', "webhook", "https://host/path"),
        ('audit = "channel', 'database = "mysql://x"\naudit = "channel', "database", "PostgreSQL"),
        ('audit = "channel', 'redis = "x"\naudit = "channel', "redis =", "no address of a Redis"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: str, said: str) -> None:
    text = changed(old, new)
    with pytest.raises(ConfigError) as wrong:
        parse(text, WHERE)
    lines = text.splitlines()
    found = [one for one in wrong.value.problems if said in f"{one.message} {one.fix}"]
    assert found, str(wrong.value)
    assert line in lines[found[0].line - 1]


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = (
        sample(None)
        .replace("sends_day = 20000", "sends_day = -1")
        .replace("port = 587", "port = 0")
    )
    with pytest.raises(ConfigError) as wrong:
        parse(text, WHERE)
    assert len(wrong.value.problems) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('tls = "starttls"', 'tls = "none"', "in the clear"),
        ('password_file = "smtp-password"', "", "`password_file` is missing"),
        ("https://sms.example.org", "http://sms.example.org", "https://"),
    ],
)
def test_nothing_leaves_in_the_clear(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse(changed(old, new, spool=None), WHERE)


@pytest.mark.parametrize("text", ["format = ", "a = 1\na = 2", "[x"])
def test_what_is_no_toml(text: str) -> None:
    with pytest.raises(ConfigError, match="not TOML"):
        parse(text, WHERE)


def test_what_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes(b"format = 1\n\xff")
    with pytest.raises(ConfigError, match="line 2: The file is not UTF-8"):
        load(file)
