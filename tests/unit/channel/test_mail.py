"""Mail by a real SMTP server: to exactly the address, and what each answer means."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.mail import get_connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachdesk.channel import load
from breachdesk.channel._mail import MailSender
from breachdesk.channel._messages import Message, compose
from breachdesk.channel.errors import NotSent, RefusedForGood, RefusedForNow, SendersConfigError
from breachdesk.identifiers import InvalidField, canonical
from tests.factories.channel import MAILBOX, make_channel, swapped_django
from tests.factories.sent_codes import code_in
from tests.factories.smtp import Mailbox, smtp_server

SMTP = 'sender = "smtp"\nhost = "127.0.0.1"\ntls = "none"\nport = {port}'
NAMES = {"ko": "한빛통신", "en": "Hanbit Telecom"}


@contextmanager
def mail_sender(folder: Path, port: int) -> Iterator[MailSender]:
    made = make_channel(folder, email=SMTP.format(port=port))
    with swapped_django(made.config):
        sending = load(made.config).email
        assert sending is not None
        yield MailSender(sending, folder)


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with smtp_server() as mailbox:
        yield mailbox


@pytest.fixture
def sender(server: Mailbox, tmp_path: Path) -> Iterator[MailSender]:
    with mail_sender(tmp_path, server.port) as found:
        yield found


def message(address: str = MAILBOX, language: str = "ko") -> Message:
    return compose(
        row="00000000-0000-4000-8000-000000000001", channel="email", address=address,
        language=language, code="12345678", organisation=NAMES,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_mail_is_plain_text_to_one_address(
    server: Mailbox, sender: MailSender, language: str
) -> None:
    server.envelopes.clear()
    sender.send(message(language=language))
    ((mail_from, to, mail),) = server.envelopes
    assert (mail_from, to) == ("codes@hanbit.example", [MAILBOX])
    assert mail["To"] == MAILBOX
    assert mail["Message-ID"] == "<00000000-0000-4000-8000-000000000001@hanbit.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert code_in(text) == "12345678"
    assert NAMES[language] in mail["Subject"]
    assert NAMES[language] in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text("abz09.!#$%&'*+/=?^_{|}~-", min_size=1, max_size=64),
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?\.[a-z]{2,9}", fullmatch=True),
)
def test_any_canonical_address_arrives_unchanged_or_is_refused(
    server: Mailbox, sender: MailSender, local: str, domain: str
) -> None:
    address = f"{local}@{domain}"
    try:
        assert canonical("email", address) == address.encode()
    except InvalidField:
        return
    server.envelopes.clear()
    try:
        sender.send(message(address))
    except RefusedForGood:
        assert server.envelopes == []
        return
    ((_, to, _),) = server.envelopes
    assert to == [address]


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [("450 later", RefusedForNow), ("451 greylisted", RefusedForNow), ("550 no", RefusedForGood)],
)
@pytest.mark.parametrize("where", ["on_rcpt", "on_data"])
def test_what_the_server_says_is_certain(
    tmp_path: Path, answer: str, meaning: type[Exception], where: str
) -> None:
    with smtp_server() as server, mail_sender(tmp_path, server.port) as sender:
        setattr(server, where, lambda *_: answer)
        with pytest.raises(meaning):
            sender.send(message())
        assert server.envelopes == []


def test_a_server_that_is_not_there_is_for_now(tmp_path: Path) -> None:
    with smtp_server() as server:
        port = server.port
    with mail_sender(tmp_path, port) as sender, pytest.raises(RefusedForNow):
        sender.send(message())


def test_a_line_that_breaks_after_the_text_says_nothing(tmp_path: Path) -> None:
    """The server may have the mail: neither kind of refusal may be concluded."""
    with smtp_server() as server, mail_sender(tmp_path, server.port) as sender:
        server.break_after_data = True
        with pytest.raises((OSError, smtplib.SMTPServerDisconnected)) as broken:
            sender.send(message())
        assert not isinstance(broken.value, NotSent)
        assert len(server.envelopes) == 1


def test_a_password_file_must_be_there(tmp_path: Path) -> None:
    lines = SMTP.format(port=25) + '\nuser = "codes"\npassword_file = "none"'
    made = make_channel(tmp_path, email=lines)
    with swapped_django(made.config):
        sending = load(made.config).email
        assert sending is not None
        with pytest.raises(SendersConfigError, match="password_file"):
            MailSender(sending, tmp_path)
        (tmp_path / "none").write_text("one\ntwo\n")
        with pytest.raises(SendersConfigError, match="one line"):
            MailSender(sending, tmp_path)


def test_a_backend_of_anymail_gets_its_settings(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret-key\n")
    made = make_channel(
        tmp_path,
        email='sender = "backend"\nbackend = "anymail.backends.mailgun.EmailBackend"\n'
        "[email.anymail]\n"
        'MAILGUN_API_KEY_FILE = "key"\nMAILGUN_SENDER_DOMAIN = "hanbit.example"',
    )
    with swapped_django(made.config):
        sending = load(made.config).email
        assert sending is not None
        MailSender(sending, tmp_path)
        backend: Any = get_connection()
        assert backend.api_key == "secret-key"
        assert django_settings.ANYMAIL["MAILGUN_SENDER_DOMAIN"] == "hanbit.example"
