"""Text in the two languages of every page."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["ko", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same thing said in Korean and in English, written for each."""

    ko: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the Korean text for `ko` (also `ko-KR`), the English one for anything else."""
        return self.ko if language.partition("-")[0].lower() == "ko" else self.en
