"""What people are sent: no link, and it says so; the same words for every address."""

import re

import pytest

from breachdesk.channel._messages import Message, compose

NAMES = {"ko": "한빛통신주식회사유한", "en": "Hanbit Telecom"}
LINK = re.compile(r"https?:|www\.|://|\b[a-z0-9-]+\.(com|kr|org|net|ly)\b", re.IGNORECASE)


def made(channel: str, language: str, address: str = "+821012345678") -> Message:
    return compose(
        row="id", channel=channel, address=address, language=language, code="12345678",
        organisation=NAMES,
    )  # fmt: skip


@pytest.mark.parametrize("channel", ["phone", "email"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_message_has_a_link_and_each_says_so(channel: str, language: str) -> None:
    found = made(channel, language)
    text = f"{found.subject}\n{found.text}"
    assert not LINK.search(text)
    assert {"ko": "링크", "en": "link"}[language] in text
    assert "1234 5678" in text
    assert NAMES[language] in text
    assert found.to not in text


def test_a_korean_text_is_one_plain_sms() -> None:
    """90 bytes in CP949 is what a Korean carrier sends as one SMS; more costs as LMS."""
    assert len(made("phone", "ko").text.encode("cp949")) <= 90


def test_words_depend_on_language_and_code_only() -> None:
    one, other = made("email", "ko", "a@b.example"), made("email", "ko", "victim@c.example")
    assert (one.subject, one.text) == (other.subject, other.text)


def test_a_message_survives_its_sealing_and_shows_nothing() -> None:
    message = made("phone", "en")
    assert Message.decode("id", "phone", message.encode()) == message
    assert repr(message) == "Message(id)"
