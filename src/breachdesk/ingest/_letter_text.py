"""The words of a letter, in Korean and in English. They hold no link, and say so."""

import re
from typing import Final

from breachdesk.incident import Incident
from breachdesk.ingest.errors import BuildError

_LINK: Final = re.compile(r"https?:|www\.|://", re.IGNORECASE)

_KO: Final = (
    "{organisation}에서 알립니다. {title}. 고객님의 정보가 유출되었습니다. "
    "{organisation} 홈페이지의 유출 확인 화면에서 아래 코드를 입력하시면 무엇이 유출되었는지 "
    "알 수 있습니다. 코드: {code}. "
    "코드는 고객님만 사용하시고 누구에게도 알려 주지 마십시오. "
    "이 편지에는 링크가 없습니다. 저희는 전화로 코드를 묻지 않습니다. 문의: {contact}"
)
_EN: Final = (
    "A notice from {organisation}. {title}. Your information was leaked. "
    "To see what was leaked, open the leak check on the website of {organisation} and type your "
    "details and this code. Code: {code}. The code is for you only: give it to nobody. "
    "This letter contains no link. We never ask for the code by phone. Questions: {contact}"
)


class LetterText:
    """The letters of one incident."""

    def __init__(self, incident: Incident) -> None:
        """Raise `BuildError` if the incident's own words would put a link into the letter."""
        self._texts: Final = tuple(
            _filled(template, incident, language)
            for template, language in ((_KO, "ko"), (_EN, "en"))
        )
        if any(_LINK.search(text) for text in self._texts):
            raise BuildError(
                "letters",
                "The organisation, the title or the first contact of the incident file has a link.",
                "Take it out: a letter without any link cannot be mistaken for a scam's.",
            )

    def of(self, code: str) -> tuple[str, str]:
        """The Korean and the English text with this code."""
        ko, en = self._texts
        return ko.replace("{code}", code), en.replace("{code}", code)


def _filled(template: str, incident: Incident, language: str) -> str:
    """Everything but the code, which stays `{code}`."""
    contact = incident.contacts[0]
    name, value = contact.name.in_language(language), contact.value.in_language(language)
    return template.format(
        organisation=incident.organisation.in_language(language),
        title=incident.title.in_language(language),
        contact=f"{name}, {value}",
        code="{code}",
    )
