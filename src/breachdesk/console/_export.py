"""Cases as a file for a spreadsheet: what stands in the clear, never what is sealed.

A text that a spreadsheet would take for a formula is written as text.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import xlsxwriter
from django.db import transaction
from django.utils import timezone

from breachdesk.console import _ledger
from breachdesk.console._policy import Actor, permit
from breachdesk.desk.models import Case

COLUMNS: Final = (
    "number",
    "state",
    "kind",
    "channel",
    "language",
    "region",
    "received_at",
    "first_response_due",
    "first_response_at",
    "resolution_due",
    "ended_at",
    "happened_on",
    "loss_won",
    "bank_told",
    "police_told",
    "urgent",
    "summary",
)
#: What a spreadsheet runs.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CHUNK: Final = 2000


def as_csv(actor: Actor) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets in Korea need."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(actor, "csv"):
        writer.writerow([_plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(actor: Actor) -> bytes:
    """A workbook with one sheet; texts are texts."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("cases")
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, COLUMNS, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 18)
        for place, row in enumerate(_rows(actor, "xlsx"), 1):
            for column, value in enumerate(row):
                sheet.write(place, column, _cell(value))
    return out.getvalue()


def _rows(actor: Actor, form: str) -> Iterator[tuple[Any, ...]]:
    """All cases, audited before the first is read."""
    permit(actor, "board.export")
    rows = Case.objects.order_by("pk").values_list(*COLUMNS)
    with transaction.atomic():
        _ledger.record(actor, "board.exported", form=form, cases=rows.count())
    yield from rows.iterator(_CHUNK)


def _cell(value: Any) -> str | int:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, int) else str(value)


def _plain(value: Any) -> str | int:
    cell = _cell(value)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
