"""Whether a file that is a ZIP inside (XLSX, ODS) unpacks to what is reasonable."""

import zipfile
from typing import Final

from breachdesk.ingest._bounds import Bounds
from breachdesk.ingest._stream import BLOCK, Content
from breachdesk.ingest._unpack import DAMAGE
from breachdesk.ingest.errors import SourceError

_MOST_PARTS: Final = 10_000
_MOST_EXPANDED: Final = 8 << 30


def check_zip(content: Content, bounds: Bounds) -> None:
    """Unpack all parts to nowhere, as far as they may go. Raises SourceError: bomb, damaged.

    What a part says of its own size is not believed. A file that is no ZIP is not looked at.
    """
    with content.seekable() as file:
        if file.read(2) != b"PK":
            return
        try:
            with zipfile.ZipFile(file) as archive:
                parts = archive.infolist()
                bounds.declared(sum(part.file_size for part in parts), len(parts), _MOST_PARTS)
                total = 0
                for part in parts:
                    with archive.open(part) as stream:
                        while block := stream.read(BLOCK):
                            total += len(block)
                            bounds.check(total)
                            if total > _MOST_EXPANDED:
                                raise _damaged(content)
        except DAMAGE:
            raise _damaged(content) from None


def _damaged(content: Content) -> SourceError:
    return SourceError(
        "damaged",
        f"{content.place.label} is damaged, or is no workbook: it cannot be unpacked.",
        "Open it in a spreadsheet program, which may mend it, and save each sheet as CSV.",
    )
