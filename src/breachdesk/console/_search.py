"""Finding cases by number, receipt, telephone, account, page, words of a summary, and kind.

Narratives are sealed and are not searched. Numbers and accounts are found by their keyed hashes.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from breachdesk.console import _grams, _marks
from breachdesk.console._days import midnight
from breachdesk.console._parts import in_use
from breachdesk.desk.errors import UnknownReceiptError
from breachdesk.desk.models import Case, Fingerprint
from breachdesk.desk.services import open_by_receipt
from breachdesk.envelope import ReceiptError

PAGE: Final = 50
_NUMBER: Final = re.compile(r"20[0-9]{2}-?[0-9]{6}")
_MATCHING: Final = {
    "sqlite": "SELECT rowid FROM console_grams WHERE console_grams MATCH %s",
    "postgresql": "SELECT case_id FROM console_grams WHERE grams @@ to_tsquery('simple', %s)",
}
_WRITE: Final = {
    "sqlite": "INSERT INTO console_grams (rowid, grams) VALUES (%s, %s)",
    "postgresql": (
        "INSERT INTO console_grams (case_id, grams) VALUES (%s, to_tsvector('simple', %s))"
    ),
}
_REMOVE: Final = {
    "sqlite": "DELETE FROM console_grams WHERE rowid = %s",
    "postgresql": "DELETE FROM console_grams WHERE case_id = %s",
}


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; what is empty asks nothing. `text` is in no repr: it may be a receipt."""

    text: str = ""
    kind: str = ""
    state: str = ""
    region: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None

    def __repr__(self) -> str:
        """Without what was typed."""
        return f"Query({self.kind=}, {self.state=}, {self.region=})"


def find(query: Query) -> list[Case]:
    """At most PAGE + 1 cases, the latest first: one more than a page says that there are more."""
    rows = _narrowed(Case.objects.select_related("assigned_to"), query)
    if query.text.strip():
        condition = _meaning(query.text.strip())
        if condition is None:
            return []
        rows = rows.filter(condition)
    return list(rows.order_by("-pk")[: PAGE + 1])


def index(case: Case) -> None:
    """Put the summary of a case into the index, in the transaction of what changed it."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE[vendor], [case.pk])
        if case.summary:
            cursor.execute(_WRITE[vendor], [case.pk, _grams.indexed(case.summary)])


def forget_gone() -> None:
    """Take out of the index what is left of cases that were deleted or whose summary was."""
    column = "rowid" if connection.vendor == "sqlite" else "case_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM console_grams WHERE {column} NOT IN "  # noqa: S608 (a name of ours)
            "(SELECT id FROM desk_case WHERE summary <> '')"
        )


def _narrowed(rows: QuerySet[Case], query: Query) -> QuerySet[Case]:
    """By what a case is."""
    given = {"kind": query.kind, "state": query.state, "region": query.region}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if query.first is not None:
        rows = rows.filter(received_at__gte=midnight(query.first))
    if query.last is not None:
        rows = rows.filter(received_at__lt=midnight(query.last + timedelta(days=1)))
    return rows if query.before is None else rows.filter(pk__lt=query.before)


def _meaning(text: str) -> Q | None:
    """What a text asks for; None where it can be nothing. The first reading that fits counts."""
    if _NUMBER.fullmatch(text):
        digits = text.replace("-", "")
        return Q(number=f"{digits[:4]}-{digits[4:]}")
    if (case := _by_receipt(text)) is not None:
        return Q(pk=case)
    marked = _marked(text)
    if marked is not None:
        return Q(pk__in=marked.values("case"))
    return _words(text)


def _by_receipt(text: str) -> int | None:
    """The case whose receipt this is. Slow on purpose (scrypt), so only for 16 digits that fit."""
    try:
        opened = open_by_receipt(text)
    except (ReceiptError, UnknownReceiptError):
        return None
    return int(opened.case.pk)


def _marked(text: str) -> QuerySet[Fingerprint] | None:
    """Fingerprints of a number or account, or of the pages of a host."""
    host = _marks.page(text) if "." in text and " " not in text else None
    if host is not None and not re.fullmatch(r"[0-9.-]+", text):
        return _pages_of(host)
    if re.search(r"[^0-9+().\s\u2010-\u2015-]", text):
        return None
    made = in_use().fingerprinter
    wanted = [
        Q(kind=kind, digest=made.digest(kind, value))
        for kind, value in (("phone", _marks.phone(text)), ("account", _marks.account(text)))
        if value is not None
    ]
    if not wanted:
        return None
    either = wanted[0]
    for one in wanted[1:]:
        either |= one
    return Fingerprint.objects.filter(either)


def _pages_of(host: str) -> QuerySet[Fingerprint]:
    """Pages that begin so. SQLite's LIKE folds case and so uses no index: there it is a range, as
    its order is that of bytes."""
    pages = Fingerprint.objects.filter(kind="url")
    if connection.vendor == "sqlite":
        return pages.filter(digest__gte=host, digest__lt=f"{host}\U0010ffff")
    return pages.filter(digest__startswith=host)


def _words(text: str) -> Q | None:
    made = _grams.for_sqlite if connection.vendor == "sqlite" else _grams.for_postgres
    asked = made(text)
    if not asked:
        return None
    return Q(pk__in=RawSQL(_MATCHING[connection.vendor], [asked]))  # noqa: S611 (our own statement)
