"""Which arrays of a JSON text hold rows: the outermost ones with an object in them."""

from typing import Final

import ijson

from breachdesk.ingest._json_stream import JsonStream
from breachdesk.ingest._stream import Content
from breachdesk.ingest.errors import SourceError

MOST_TABLES: Final = 200
_DEEPEST: Final = 64


def table_prefixes(content: Content, head: bytes) -> list[str]:
    """Return where the arrays are, as ijson names them. Raises SourceError if it is no JSON.

    A text that is an array is one table; of another one, all events are looked at.
    """
    if head.lstrip().startswith(b"["):
        return ["item"]
    stream = content.open()
    found: dict[str, None] = {}
    inside: str | None = None
    depth = 0
    try:
        for prefix, event, _ in ijson.parse(JsonStream(stream)):
            if event in {"start_map", "start_array"}:
                depth += 1
            elif event in {"end_map", "end_array"}:
                depth -= 1
            if depth > _DEEPEST or len(found) > MOST_TABLES:
                raise _strange(content)
            if inside is None and event == "start_map" and prefix.rsplit(".", 1)[-1] == "item":
                inside = prefix
                found[prefix] = None
            elif event == "end_map" and prefix == inside:
                inside = None
    except (ijson.JSONError, ValueError, ArithmeticError, RecursionError):
        if not found:
            raise _strange(content) from None
    finally:
        stream.close()
    return list(found)


def _strange(content: Content) -> SourceError:
    return SourceError(
        "damaged",
        f"{content.place.label} is no JSON that can be read, or is nested without end.",
        "Copy it again from where it comes from, or export the records as CSV or JSON lines.",
    )
