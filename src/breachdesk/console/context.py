"""What every template of the console knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token

from breachdesk.site import language_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Language, the same page in the other one, who is signed in, and a form's token."""
    language = language_of(request)
    other = "en" if language == "ko" else "ko"
    rest = request.path.removeprefix(f"/{language}/")
    query = request.META.get("QUERY_STRING", "")
    return {
        "language": language,
        "other_language": other,
        "other_path": f"/{other}/{rest}" + (f"?{query}" if query else ""),
        "here": rest,
        "actor": getattr(request, "actor", None),
        "csrf_token": get_token(request),
        "pages_url": settings.PAGES_URL,
        "desk_url": settings.DESK_URL,
    }
