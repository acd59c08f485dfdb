"""Read an incident file: everything wrong with it is told at once, with line and fix."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from breachdesk.incident._assurance import read_sensitivity
from breachdesk.incident._catalogue import HELP, ITEMS, HelpRoute, in_catalogue_order
from breachdesk.incident._locate import Locator
from breachdesk.incident._lookups import read_lookups, read_subject_columns
from breachdesk.incident._model import Channels, Contact, Incident, Period
from breachdesk.incident._table import Problems, Table
from breachdesk.incident._text import Text
from breachdesk.incident.errors import IncidentError, Problem

FORMAT = 1
CONTACT_KINDS = ("phone", "shop", "post", "email")
CHANNELS: Mapping[str, Text] = MappingProxyType(
    {
        "email": Text("이메일", "e-mail"),
        "post": Text("우편", "post"),
        "sms": Text("문자", "text message"),
        "call": Text("전화", "phone call"),
        "messenger": Text("메신저", "messenger"),
        "app": Text("앱 알림", "app notification"),
        "visit": Text("방문", "visit"),
    }
)
_SLUG = re.compile(r"[a-z0-9-]{1,32}")
_TEXTS = ("organisation", "title", "statement", "apology", "response", "unknown")
_OPTIONAL_TEXTS = frozenset({"response", "unknown"})
_SOFT_WORDS = (("ko", "노출", "유출"), ("en", "exposed", "leaked"))


def load(path: Path | str) -> Incident:
    """Read an incident file. IncidentError tells all problems; OSError as `open` raises it."""
    data = Path(path).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem(line, "The file is not UTF-8.", "Save it as UTF-8.")
        raise IncidentError(str(path), [problem]) from None
    return parse(text, str(path))


def parse(text: str, source: str) -> Incident:
    """Read an incident from TOML text; `source` names it in messages.

    Raises IncidentError with every problem that the text has.
    """
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise IncidentError(source, [_syntax_problem(error, text)]) from None
    problems = Problems(Locator(text))
    root = Table(values, (), problems)
    parts = _read(root)
    root.finish()
    if problems.errors:
        raise IncidentError(source, problems.errors)
    warnings = tuple(sorted(problems.warnings, key=lambda problem: problem.line))
    return Incident(**parts, warnings=warnings, source=source, source_text=text)


def _read(root: Table) -> dict[str, Any]:
    """Read every part; a part that is missing or wrong is noted and not to be used."""
    _read_format(root)
    items = _read_items(root)
    sensitivity = read_sensitivity(root)
    parts = {
        "id": _read_id(root),
        "number": root.integer("number", 1, 0xFFFF),
        **{key: root.text(key, required=key not in _OPTIONAL_TEXTS) for key in _TEXTS},
        **_read_days(root),
        "items": items,
        "sensitivity": sensitivity,
        "lookups": read_lookups(root, items, sensitivity),
        "subject_columns": read_subject_columns(root, items),
        "channels": _read_channels(root),
        "contacts": _read_contacts(root),
        "help": _read_help(root),
    }
    _warn_of_soft_words(root, parts)
    return parts


def _read_format(root: Table) -> None:
    value = root.raw("format", f"Write format = {FORMAT} in the first line.")
    if value is None or (value == FORMAT and type(value) is int):
        return
    newer = type(value) is int and value > FORMAT
    message = "The file is of a newer format." if newer else "`format` is not known."
    fix = "Use a newer Breachdesk." if newer else f"Write format = {FORMAT}."
    root.error("format", message, fix)


def _read_id(root: Table) -> str | None:
    value = root.string("id", "kt-2014")
    if value is not None and not _SLUG.fullmatch(value):
        message = "`id` is not 1 to 32 small letters, digits and hyphens."
        root.error("id", message, 'Write something like id = "kt-2014".')
    return value


def _read_items(root: Table) -> tuple[str, ...] | None:
    items = root.known("items", '["name", "phone"]', ITEMS)
    if items is None:
        return None
    if not items:
        root.error("items", "`items` names nothing that leaked.", 'Write items = ["name"].')
    return in_catalogue_order(items)


def _read_days(root: Table) -> dict[str, Any]:
    discovered = root.day("discovered")
    notified = root.day("notified", required=False)
    if discovered and notified and notified < discovered:
        root.error("notified", "People were told before the discovery.", "Correct one of the two.")
    return {
        "discovered": discovered,
        "notified": notified,
        "period": _read_period(root, discovered),
    }


def _read_period(root: Table, discovered: date | None) -> Period | None:
    table = root.table("period", "Add [period] with first and last.")
    if table is None:
        return None
    first, last = table.day("first"), table.day("last")
    table.finish()
    if first and last and last < first:
        table.error("last", "The period ends before it begins.", "Exchange first and last.")
    if first and discovered and discovered < first:
        message = "The period begins after the discovery."
        table.error("first", message, "Correct `first` or `discovered`.")
    return Period(first, last) if first and last else None


def _read_channels(root: Table) -> Channels | None:
    table = root.table("channels", 'Add [channels] with uses = ["post"] and never = ["sms"].')
    if table is None:
        return None
    uses = table.known("uses", '["post"]', CHANNELS)
    never = table.known("never", '["sms", "call"]', CHANNELS)
    table.finish()
    if both := set(uses or ()) & set(never or ()):
        message = f'"{min(both)}" stands under `uses` and under `never`.'
        table.error("never", message, "Remove it from one of them.")
    return Channels(uses, never) if uses is not None and never is not None else None


def _read_contacts(root: Table) -> tuple[Contact, ...]:
    contacts = []
    for table in root.tables("contacts"):
        kind = table.choice("kind", CONTACT_KINDS)
        name, value, hours = table.text("name"), table.text("value"), table.text("hours")
        table.finish()
        if kind and name and value and hours:
            contacts.append(Contact(kind, name, value, hours))
    return tuple(contacts)


def _read_help(root: Table) -> Mapping[str, HelpRoute]:
    """Put the file's own help routes over the shipped ones, by id."""
    routes = dict(HELP)
    own: set[str] = set()
    for table in root.tables("help", required=False):
        route = _read_route(table)
        if route is None:
            continue
        if route.id in own:
            table.error("id", f'The help route "{route.id}" stands twice.', "Remove one.")
        own.add(route.id)
        routes[route.id] = route
    return MappingProxyType(routes)


def _read_route(table: Table) -> HelpRoute | None:
    route_id = table.string("id", "police")
    need, where = table.text("need"), table.text("where")
    phone = table.string("phone", "112", required=False)
    url = table.string("url", "https://www.example.com", required=False)
    source = table.string("source", "where this is known from")
    checked = table.day("checked")
    secondary = table.flag("secondary")
    table.finish()
    if url is not None and not url.startswith("https://"):
        table.error("url", "`url` does not begin with https://.", "Write the whole address.")
    if not (route_id and need and where and source and checked):
        return None
    return HelpRoute(route_id, need, where, phone, url, source, checked, secondary)


def _warn_of_soft_words(root: Table, parts: dict[str, Any]) -> None:
    for key in _TEXTS:
        for language, soft, plain in _SOFT_WORDS:
            if parts[key] and soft in parts[key].in_language(language).lower():
                message = f'`{key}` says "{soft}".'
                root.problems.warn((key, language), message, f'Say what it is: "{plain}".')


def _syntax_problem(error: tomllib.TOMLDecodeError, text: str) -> Problem:
    place = re.search(r"\(at line (\d+), column \d+\)", str(error))
    line = int(place[1]) if place else text.count("\n") + 1
    message = re.sub(r" \(at .*\)$", "", str(error))
    return Problem(line, f"This is not TOML: {message}.", _syntax_fix(message))


def _syntax_fix(message: str) -> str:
    if "overwrite" in message or "declare" in message:
        return "Write each key and each section once."
    return 'Write key = "value", with text in straight quotes.'
