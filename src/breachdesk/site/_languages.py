"""Which of the two languages a request is answered in."""

from typing import Literal, get_args

from django.http import HttpRequest

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class LanguageConverter:
    """The first segment of every page's path."""

    regex = "ko|en"

    def to_python(self, value: str) -> str:
        """Return the language."""
        return value

    def to_url(self, value: str) -> str:
        """Return the segment."""
        return value


def language_of(request: HttpRequest) -> Language:
    """Return the language of the path, else the one that the browser asks for."""
    for language in LANGUAGES:
        if request.path.startswith(f"/{language}/"):
            return language
    return preferred(request.headers.get("Accept-Language", ""))


def preferred(header: str) -> Language:
    """Choose from an Accept-Language header: Korean, or English for who asks for anything else.

    No header, or one that cannot be read, is Korean: most people of a Korean leak read it.
    """
    best: tuple[float, Language] | None = None
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";")
        quality = _quality(weight)
        if not tag or tag == "*" or quality <= 0:
            continue
        language: Language = "ko" if tag.lower().partition("-")[0] == "ko" else "en"
        if best is None or quality > best[0]:
            best = (quality, language)
    return best[1] if best else "ko"


def _quality(weight: str) -> float:
    if not weight:
        return 1.0
    try:
        return float(weight.strip().removeprefix("q="))
    except ValueError:
        return 0.0
