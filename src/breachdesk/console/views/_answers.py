"""How views read forms and answer."""

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from breachdesk.console.errors import Refused


def field(request: HttpRequest, name: str) -> str:
    """What was typed into a field of a form, without blanks around it."""
    return request.POST.get(name, "").strip()


def day(text: str) -> date | None:
    """A date of a form; None where there is none. Raises Refused as `date`."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("date") from None


def number(text: str, most: int) -> int | None:
    """A whole number of a form, with or without commas. Raises Refused as `number`."""
    plain = text.replace(",", "").replace(" ", "")
    if not plain:
        return None
    if not plain.isascii() or not plain.isdigit() or int(plain) > most:
        raise Refused("number")
    return int(plain)


def to(language: str, path: str) -> HttpResponse:
    """See the other page."""
    return HttpResponseRedirect(f"/{language}/{path}")
