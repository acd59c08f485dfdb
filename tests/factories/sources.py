"""Sources for tests: opened as the build opens them."""

from pathlib import Path

from breachdesk.ingest._open import open_path
from breachdesk.ingest._read import TextSource
from breachdesk.ingest._source import Reading


def open_source(path: Path, *, encoding: str | None = None) -> TextSource:
    """The one table of a text file."""
    (source,) = open_path(path, lambda _: Reading(encoding=encoding))
    assert isinstance(source, TextSource)
    return source
