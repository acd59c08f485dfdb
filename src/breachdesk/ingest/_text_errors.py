"""What stops the reading of a text file."""

from typing import Final

from breachdesk.ingest._source import Place
from breachdesk.ingest.errors import SourceError

MAX_RECORD: Final = 1 << 20
"""The longest row in bytes. Longer ones are a damaged file: KT's rows have 211."""


def empty(place: Place) -> SourceError:
    """Nothing but blanks."""
    message = f"{place.label} is empty."
    return SourceError("empty", message, "Check that the right file was copied completely.")


def header_only(place: Place) -> SourceError:
    """Names of columns, and no row."""
    message = f"{place.label} has a header and no rows."
    return SourceError("header-only", message, "Check that the file was exported completely.")


def nul_byte(place: Place, row: int) -> SourceError:
    """Bytes that no text has, in the header or in most rows."""
    return SourceError(
        "nul-byte",
        f"{_row(row)} of {place.label} has a NUL byte: the file is damaged or is no text file.",
        "Export it again as CSV in UTF-8; do not only delete the byte.",
    )


def too_long(place: Place, row: int) -> SourceError:
    """A row that does not end."""
    return SourceError(
        "line-too-long",
        f"{_row(row)} of {place.label} is longer than {MAX_RECORD >> 20} MiB.",
        "Look there for a quotation mark that is never closed, or export the file again with a "
        "line for each record.",
    )


def truncated(place: Place, row: int) -> SourceError:
    """A last row that breaks off."""
    return SourceError(
        "truncated-last-row",
        f"{_row(row)} of {place.label}, the last one, breaks off: the file is not complete.",
        "Get the whole file again; if no more of it is to be had, say `breaks_off = true` for it "
        "in the mapping, and the row is rejected and counted.",
    )


def _row(row: int) -> str:
    return f"Row {row}" if row else "The header"
