"""What every template of the console knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token

from breachdesk.console._policy import Actor
from breachdesk.site import language_of

#: Path, word and key of each page, and the act that opens it.
_MENU = (
    ("queue/", "menu-queue", "q", "case.list"),
    ("calls/", "menu-calls", "c", "call.take"),
    ("search/", "menu-search", "/", "case.list"),
    ("clusters/", "menu-clusters", "s", "case.list"),
    ("replies/", "menu-replies", "w", "reply.prepare"),
    ("incidents/", "menu-incidents", "i", "incident.see"),
    ("board/", "menu-board", "b", "board.see"),
    ("figures/", "menu-figures", "f", "figures.see"),
    ("audit/", "menu-audit", "l", "audit.see"),
    ("staff/", "menu-staff", "p", "staff.manage"),
)

#: Last parts of addresses that take a form and nothing else.
_FORMS = frozenset(
    {
        *("act", "begin", "bulk", "change", "decide", "end", "event"),
        *("proof", "receipt", "recovery", "remove", "report"),
    }
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Language, the same page in the other one, who is signed in, and a form's token."""
    language = language_of(request)
    other = "en" if language == "ko" else "ko"
    rest = _page_of(request.path.removeprefix(f"/{language}/"))
    actor = getattr(request, "actor", None)
    return {
        "language": language,
        "other_language": other,
        "other_path": f"/{other}/{rest}",
        "section": rest.partition("/")[0] + "/",
        "actor": actor,
        "menu": _menu(request, actor),
        "csrf_token": get_token(request),
        "pages_url": settings.PAGES_URL,
        "desk_url": settings.DESK_URL,
    }


def _page_of(path: str) -> str:
    """The page that can be opened again: an address that only takes forms stands below its page."""
    page, _, last = path.rstrip("/").rpartition("/")
    return f"{page}/" if last in _FORMS else path


def _menu(request: HttpRequest, actor: Actor | None) -> list[tuple[str, str, str]]:
    """What the role may open; nothing while the second factor is being set up."""
    if actor is None or not request.user.is_verified():  # type: ignore[union-attr]  # django-otp's
        return []
    return [entry[:3] for entry in _MENU if actor.may(entry[3])]
