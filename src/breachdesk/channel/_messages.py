"""What people are sent. No message has a link, and each says so: a message with one is not ours.

The organisation's name stands first. A text message in Korean stays within the 90 bytes of a plain
SMS (CP949) for names of up to ten syllables.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from breachdesk.wire import dumps


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `id` is the outbox row's, the same for every attempt. Its repr shows only it."""

    id: str
    channel: str
    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        """Neither address nor code."""
        return f"Message({self.id})"

    def encode(self) -> bytes:
        """What is sealed: the row has the id and the channel."""
        return dumps({"to": self.to, "subject": self.subject, "text": self.text})

    @classmethod
    def decode(cls, row: str, channel: str, data: bytes) -> "Message":
        """The inverse of `encode`."""
        found = json.loads(data)
        return cls(row, channel, found["to"], found["subject"], found["text"])


_PHONE: Final = {
    "ko": "[{name}] 유출확인번호 {code}(10분). 남에게 알리지 마세요. 링크는 없습니다",
    "en": "[{name}] Your code is {code} (10 minutes). Tell it to nobody. "
    "Our texts never have a link.",
}
_SUBJECT: Final = {
    "ko": "[{name}] 유출 확인 인증번호",
    "en": "[{name}] Your code for the leak check",
}
_MAIL: Final = {
    "ko": """{name}의 유출 확인 화면에서 요청하신 인증번호입니다.

    {code}

10분 동안 쓸 수 있습니다. 요청하신 화면에 직접 입력하세요. 아무에게도 알려 주지 마세요.
저희 직원도 이 번호를 묻지 않습니다.

이 메일에는 링크도 첨부 파일도 없습니다. 링크나 첨부 파일이 있다면 저희가 보낸 메일이 아닙니다.
정보가 유출되었는지와 관계없이, 요청이 있으면 누구에게나 같은 메일을 보냅니다.
요청하신 적이 없다면 이 메일을 지우시면 됩니다.
""",
    "en": """This is the code that was asked for on the leak check page of {name}.

    {code}

It works for 10 minutes. Type it yourself where you asked for it. Tell it to nobody.
Our staff will not ask you for it either.

This mail has no link and no attachment. A mail that has one is not from us.
The same mail goes to whoever asks, whether their information was leaked or not.
If you did not ask for it, you can delete this mail.
""",
}


def compose(
    *,
    row: str,
    channel: str,
    address: str,
    language: str,
    code: str,
    organisation: Mapping[str, str],
) -> Message:
    """The message that carries a code."""
    words = {"name": organisation[language], "code": f"{code[:4]} {code[4:]}"}
    if channel == "phone":
        return Message(row, channel, address, "", _PHONE[language].format(**words))
    subject, text = _SUBJECT[language].format(**words), _MAIL[language].format(**words)
    return Message(row, channel, address, subject, text)
