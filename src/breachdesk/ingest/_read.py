"""Read delimited text as a stream of batches of text columns."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.csv

from breachdesk.ingest._cells import without_scientific
from breachdesk.ingest._decode import decode
from breachdesk.ingest._detect import Dialect, wrong_encoding
from breachdesk.ingest._footer import is_footer_line, without_footer
from breachdesk.ingest._source import BATCH_ROWS, Batch, Place, Reading, columns_of
from breachdesk.ingest._split import Records
from breachdesk.ingest._stream import BLOCK, Content, Stream
from breachdesk.ingest._text_errors import MAX_RECORD, nul_byte, too_long, truncated
from breachdesk.ingest._transcode import LONE_RETURN, MARK

_MAX_BUFFER: Final = 32 << 20
_TELLING_ROWS: Final = 1_000
"""So many rows, most of them undecodable, say that the encoding is wrong, whatever came before."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a table is in the bytes of its content: header, rows, end (None: that of the file)."""

    start: int
    body: int
    end: int | None


class TextSource:
    """An opened table of a text file. `encoding` is that of its bytes once transcoded.

    Row 1 is the first below the header; empty lines are no rows.
    """

    def __init__(
        self,
        content: Content,
        place: Place,
        extent: Extent,
        encoding: str,
        dialect: Dialect,
        header: tuple[str, ...],
        found: Reading,
    ) -> None:
        self.place: Final = place
        self.encoding: Final = encoding
        self.dialect: Final = dialect
        self.header: Final = header
        self.found: Final = found
        self.size: Final = content.size
        self.expanded: Final = content.expanded if extent.end is None else extent.end - extent.start
        self.rows_read = 0
        self.bytes_read = 0
        self._content: Final = content
        self._extent: Final = extent
        self._digest: bytes | None = None

    def numbered(self, number: int) -> "TextSource":
        """Return the same table as one of several of its file."""
        place = replace(self.place, table=str(number))
        return TextSource(
            self._content,
            place,
            self._extent,
            self.encoding,
            self.dialect,
            self.header,
            self.found,
        )

    @property
    def layout(self) -> str:
        """Encoding and delimiter."""
        return f"{self.found.encoding}, separated by {_SPOKEN.get(d := self.dialect.delimiter, d)}"

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes. ValueError before `batches` has run to its end."""
        if self._digest is None:
            raise ValueError("the source has not been read to its end")
        return self._digest

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """Read the table from its start, at most `rows` rows at a time, in bounded memory.

        Raises SourceError: line-too-long, nul-byte, truncated-last-row, wrong-encoding, changed,
        and those of what the text is unpacked from.
        """
        self.rows_read = 0
        stream = self._content.open(hashed=self._extent.end is None)
        try:
            reader = _Reader(self, _Window(stream, self._extent))
            while (batch := reader.next(rows)) is not None:
                self.bytes_read = stream.position
                yield batch
            self._digest = stream.finish()
        finally:
            stream.close()


_SPOKEN: Final = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}


class _Window:
    """The bytes of one table's rows."""

    def __init__(self, stream: Stream, extent: Extent) -> None:
        self._stream: Final = stream
        self._left: int | None = None if extent.end is None else extent.end - extent.body
        self._held = b""
        skip = extent.body
        while skip > 0 and (block := stream.read(min(skip, BLOCK))):
            self._held = block[skip:]
            skip -= len(block)

    def read(self) -> bytes:
        """Return the next bytes, b"" at the end."""
        if self._left == 0:
            return b""
        block, self._held = self._held or self._stream.read(BLOCK), b""
        if self._left is not None:
            block = block[: self._left]
            self._left -= len(block)
        return block


class _Reader:
    """The state of one pass over a table, from the first row on."""

    def __init__(self, source: TextSource, window: _Window) -> None:
        self._source: Final = source
        self._window: Final = window
        self._splitter: Final = source.dialect.splitter()
        self._columns: Final = columns_of(len(source.header))
        mark = re.escape(source.dialect.mark.encode())
        self._null: Final = re.compile(rb"(?m)(^|" + mark + rb")\\N(?=" + mark + rb"|\r?$)")
        self._pending = b""
        self._final = False
        self._undecodable = 0

    def next(self, rows: int) -> Batch | None:
        """Return the next batch, None at the end."""
        while not self._final or self._pending:
            self._fill(rows)
            records = self._splitter.split(self._pending).head(rows)
            self._check(records, rows)
            data, self._pending = self._pending[: records.used], self._pending[records.used :]
            if not records.starts.is_empty():
                batch = self._batch(data, records)
                if not self._pending and not self._final:
                    self._fill(1)
                return batch if self._pending or not self._final else without_footer(batch)
            if self._final and self._source.found.breaks_off:
                return self._broken_off()
        return None

    def _fill(self, rows: int) -> None:
        """Read on until the block holds enough lines for the batch."""
        parts, lines = [self._pending], self._pending.count(b"\n")
        size, tail = len(self._pending), 0
        while not self._final and (len(parts) == 1 or (lines < rows and size < _MAX_BUFFER)):
            block = self._window.read()
            self._final = not block
            last_break = block.rfind(b"\n")
            tail = len(block) - 1 - last_break if last_break >= 0 else tail + len(block)
            parts.append(block)
            if tail > MAX_RECORD:
                raise too_long(self._source.place, self._row_of(b"".join(parts)))
            lines += block.count(b"\n")
            size += len(block)
        self._pending = self._tidy(b"".join(parts))

    def _tidy(self, data: bytes) -> bytes:
        """Make a carriage return that ends no line a blank, and end the last line."""
        if self._final and data and not data.endswith(b"\n"):
            self._check_last(data)
            data += b"\n"
        if data.count(b"\r") == data.count(b"\r\n"):
            return data
        held = data.endswith(b"\r")
        return LONE_RETURN.sub(b" ", data[: len(data) - held]) + b"\r" * held

    def _check_last(self, data: bytes) -> None:
        """Raise if a last row without a line break is not complete."""
        records = self._splitter.split(data + b"\n")
        if records.starts.is_empty() or records.used < len(data):
            return
        last = data[int(records.starts[-1]) :]
        try:
            text = last.decode(self._source.encoding)
            whole = int(records.columns[-1]) >= len(self._columns)
            complete = whole or is_footer_line(text, self._source.dialect)
        except UnicodeDecodeError:
            complete = False
        if not (complete or self._source.found.breaks_off) and last.strip():
            row = self._source.rows_read + len(records.starts)
            raise truncated(self._source.place, row)

    def _check(self, records: Records, rows: int) -> None:
        """Raise if a row is too long, or the last one is never closed."""
        place, before = self._source.place, self._source.rows_read
        sizes = records.ends - records.starts
        if (sizes > MAX_RECORD).any():
            raise too_long(place, before + int((sizes > MAX_RECORD).arg_true()[0]) + 1)
        if len(records.starts) == rows:
            return
        left = len(self._pending) - records.used
        if left > MAX_RECORD:
            raise too_long(place, before + len(records.starts) + 1)
        if self._final and left and not self._source.found.breaks_off:
            raise truncated(place, before + len(records.starts) + 1)

    def _broken_off(self) -> Batch:
        """Reject what is left of a last row that is never closed."""
        left, self._pending = self._pending, b""
        self._source.rows_read += 1
        rejected = [(self._source.rows_read, "shape")]
        return Batch(self._parse(b""), _numbers(0, 0), rejected, [self._raw(left)])

    def _row_of(self, data: bytes) -> int:
        """Return the number of the row that the end is in."""
        return self._source.rows_read + len(self._splitter.split(data).starts) + 1

    def _batch(self, data: bytes, records: Records) -> Batch:
        source, count = self._source, len(records.starts)
        decoded = decode(data, records, len(self._columns), source.encoding)
        undecodable = sum(reason == "encoding" for reason in decoded.bad.values())
        self._undecodable += undecodable
        few = count < _TELLING_ROWS and 2 * self._undecodable <= source.rows_read + count
        if 2 * undecodable > count and not few:
            if 2 * decoded.nul > undecodable:
                raise nul_byte(source.place, source.rows_read + min(decoded.bad) + 1)
            raise wrong_encoding(source.place, data[: BLOCK // 16], source.encoding)
        numbers = _numbers(source.rows_read, count)
        bad = sorted(decoded.bad.items())
        rejected = [(source.rows_read + index + 1, reason) for index, reason in bad]
        raw = [self._raw(data[records.starts[index] : records.ends[index]]) for index, _ in bad]
        if decoded.bad:
            good = [index for index in range(count) if index not in decoded.bad]
            numbers = numbers.gather(good)
        source.rows_read += count
        return Batch(self._parse(decoded.text), numbers, rejected, raw)

    def _raw(self, record: bytes) -> bytes:
        """Return a record as it stands in the file."""
        delimiter = self._source.dialect.delimiter.encode()
        record = record.rstrip(b"\r\n")
        return record.replace(MARK, delimiter) if len(delimiter) > 1 else record

    def _parse(self, text: bytes) -> pl.DataFrame:
        """Take the fields out of UTF-8 records that all have the right number of them."""
        if not text:
            return pl.DataFrame(schema=dict.fromkeys(self._columns, pl.String))
        dialect = self._source.dialect
        if b"\\N" in text:
            text = self._null.sub(rb"\1", text)
        if text.startswith(BOM_UTF8):
            text = BOM_UTF8 + text  # Arrow drops one, and with it a row that is nothing else
        quoted = bool(dialect.quote) and dialect.quote.encode() in text
        escaped = dialect.escape and b"\\" in text
        table = pyarrow.csv.read_csv(
            pa.BufferReader(text),
            read_options=pyarrow.csv.ReadOptions(
                column_names=self._columns,
                block_size=len(text) + 1 if quoted or escaped else BLOCK,
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=dialect.mark,
                quote_char=dialect.quote or False,
                escape_char="\\" if escaped else False,
                newlines_in_values=quoted or escaped,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(self._columns, pa.large_string()),
                strings_can_be_null=False,
            ),
        )
        return self._tidied(pl.DataFrame(pl.from_arrow(table, rechunk=True)), text)

    def _tidied(self, frame: pl.DataFrame, text: bytes) -> pl.DataFrame:
        """Blank the cells that mean nothing; give back delimiters that stood in quotes."""
        dialect = self._source.dialect
        if nothing := self._source.found.blank:
            frame = frame.select(pl.all().replace(list(nothing), [""] * len(nothing)))
        if b"E+" in text or b"e+" in text:
            frame = without_scientific(frame)
        if len(dialect.delimiter) > 1 and dialect.quote.encode() in text:
            mark = MARK.decode()
            frame = frame.select(pl.all().str.replace_all(mark, dialect.delimiter, literal=True))
        return frame


def _numbers(before: int, count: int) -> pl.Series:
    return pl.int_range(1, count + 1, dtype=pl.UInt64, eager=True) + before
