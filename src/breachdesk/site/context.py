"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from breachdesk.site._languages import language_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Give what the pages know beside the language: whether codes are sent."""
    return {
        **languages(request),
        "sends_codes": bool(settings.SERVICE.channels),
        "desk_url": settings.DESK_URL,
    }


def languages(request: HttpRequest) -> dict[str, Any]:
    """Give the language, and the path of the same page in the other one."""
    language = language_of(request)
    other = "en" if language == "ko" else "ko"
    rest = request.path.removeprefix(f"/{language}/")
    known = rest != request.path and getattr(request, "resolver_match", None) is not None
    return {
        "language": language,
        "other_language": other,
        "other_path": f"/{other}/{rest}" if known else f"/{other}/",
        "here": rest if known else None,
    }
