"""From the cells of a batch to what entries are made of."""

from struct import pack
from typing import Final

import polars as pl

from breachdesk.identifiers import (
    EMPTY_CODE_POINTS,
    FIELDS,
    InvalidField,
    birth_date_from_rrn,
    fold,
)
from breachdesk.incident import ITEMS, Incident
from breachdesk.ingest._columns import Column, canonical_column
from breachdesk.ingest._mapping import Mapping
from breachdesk.ingest._source import Batch

_BLANK: Final = "^[" + "".join(f"\\x{{{ord(point):X}}}" for point in EMPTY_CODE_POINTS) + "]*$"
_PLAIN: Final = "^[!-@\\[-_a-~]+$"  # what the fold leaves alone: ASCII but blanks, A-Z and `
_LP16: Final = pl.Series([pack(">H", length) for length in range(1025)], dtype=pl.Binary)


class Cleaner:
    """Cleans the batches of one source."""

    def __init__(self, mapping: Mapping, incident: Incident) -> None:
        """Raise SourceError as `Mapping.require` does."""
        mapping.require(incident)
        self._mapping: Final = mapping
        self._subject_columns: Final = incident.subject_columns
        asked = {field for lookup in incident.lookups for field in lookup.columns}
        self._asked: Final = tuple(name for name in FIELDS if name in asked)

    def clean(self, batch: Batch) -> pl.DataFrame:
        """Return a row for each row of the batch's frame.

        `row` UInt64; `items` UInt64, the bits of items with a cell that is not blank; for each
        field of a lookup `f_<field>` Binary and `e_<field>` String, of which one is null, the
        error being `missing` or `invalid`; `subject` Binary, null if no alternative is usable:
        u8(alternative) || lp16(column) … (PROTOCOL section 6.6); `at` String, why there is none:
        the first column at fault of each alternative, `missing:rrn invalid:customer_number`.
        """
        columns = _Columns(batch.frame, self._mapping)
        fields = {
            f"{prefix}_{name}": series
            for name in self._asked
            for prefix, series in (
                ("f", columns.field(name).value),
                ("e", columns.field(name).error),
            )
        }
        subject = columns.subject(self._subject_columns)
        at = columns.faults_of_subject(self._subject_columns, subject)
        return pl.DataFrame(
            {
                "row": batch.row_numbers,
                "items": columns.items(),
                **fields,
                "subject": subject,
                "at": at,
            }
        )


class _Columns:
    """The columns of one batch by meaning, each cleaned once."""

    def __init__(self, frame: pl.DataFrame, mapping: Mapping) -> None:
        self._frame: Final = frame
        self._mapping: Final = mapping
        self._fields: Final[dict[str, Column]] = {}

    def items(self) -> pl.Series:
        """Return the bitmap of the items that each row has (PROTOCOL section 6.5)."""
        bits = pl.lit(0, dtype=pl.UInt64)
        for index, code in enumerate(self._mapping.columns):
            if code is not None:
                bit = pl.lit(1 << ITEMS[code].bit, dtype=pl.UInt64)
                blank = pl.col(f"c{index}").str.contains(_BLANK)
                bits |= pl.when(blank).then(pl.lit(0, dtype=pl.UInt64)).otherwise(bit)
        return self._frame.select(bits.alias("items")).to_series()

    def field(self, name: str) -> Column:
        """Return the canonical forms of a field."""
        if name not in self._fields:
            self._fields[name] = self._birth_date() if name == "birth_date" else self._own(name)
        return self._fields[name]

    def _own(self, name: str) -> Column:
        index = self._mapping.column_of(name)
        if index is None:
            height = self._frame.height
            return Column(_repeat(None, pl.Binary, height), _repeat("missing", pl.String, height))
        return canonical_column(name, self._frame.to_series(index))

    def _birth_date(self) -> Column:
        """Take it from the RRN where the source does not have it."""
        own = self._own("birth_date")
        absent = own.error == "missing"
        if "rrn" not in self._mapping.columns or not absent.any():
            return own
        rrn = self.field("rrn")
        absent = absent.fill_null(value=False)
        return Column(
            _dates(rrn.value).zip_with(absent, own.value), rrn.error.zip_with(absent, own.error)
        )

    def subject(self, alternatives: tuple[tuple[str, ...], ...]) -> pl.Series:
        """Return what identifies each row's person, by the first usable alternative."""
        chosen = _repeat(None, pl.Binary, self._frame.height)
        for number, codes in enumerate(alternatives):
            if all(self._has(code) for code in codes):
                parts = [self._identifying(code) for code in codes]
                chosen = chosen.zip_with(chosen.is_not_null(), _join(number, parts))
            if not chosen.has_nulls():
                break
        return chosen.alias("subject")

    def faults_of_subject(
        self, alternatives: tuple[tuple[str, ...], ...], subject: pl.Series
    ) -> pl.Series:
        """Return what is at fault in the rows without a subject, null in the others."""
        if not subject.has_nulls():
            return _repeat(None, pl.String, self._frame.height)
        faults = [self._first_fault(codes) for codes in alternatives]
        frame = pl.DataFrame({f"a{index}": fault for index, fault in enumerate(faults)})
        joined = frame.select(pl.concat_str(pl.all(), separator=" ")).to_series()
        nothing = _repeat(None, pl.String, self._frame.height)
        return nothing.zip_with(subject.is_not_null(), joined)

    def _first_fault(self, codes: tuple[str, ...]) -> pl.Series:
        """Return the fault of the first code that a row lacks."""
        first = _repeat(None, pl.String, self._frame.height)
        for code in codes:
            first = first.zip_with(first.is_not_null(), self._fault(code))
        return first

    def _fault(self, code: str) -> pl.Series:
        """Return `missing:<code>` or `invalid:<code>`, null where the code is there."""
        if code in FIELDS:
            error = self.field(code).error
        elif not self._has(code):
            error = _repeat("missing", pl.String, self._frame.height)
        else:
            cells = self._frame.to_series(self._mapping.column_of(code) or 0)
            words = pl.DataFrame(
                {"blank": cells.str.contains(_BLANK), "known": self._identifying(code)}
            )
            word = pl.when(pl.col("known").is_null()).then(
                pl.when(pl.col("blank")).then(pl.lit("missing")).otherwise(pl.lit("invalid"))
            )
            error = words.select(word.alias("error")).to_series()
        return (error + f":{code}").alias(code)

    def _has(self, code: str) -> bool:
        held = self._mapping.columns
        return code in held or (code == "birth_date" and "rrn" in held)

    def _identifying(self, code: str) -> pl.Series:
        if code in FIELDS:
            return self.field(code).value
        index = self._mapping.column_of(code)
        return _folded(self._frame.to_series(index or 0))


def _join(alternative: int, parts: list[pl.Series]) -> pl.Series:
    """Return u8(alternative) || lp16(part) …, null where a part is null."""
    joined = pl.lit(bytes([alternative]))
    frame = pl.DataFrame({f"p{index}": part for index, part in enumerate(parts)})
    lengths = {
        f"l{index}": _LP16.gather(part.bin.size().fill_null(0)) for index, part in enumerate(parts)
    }
    for index in range(len(parts)):
        joined = joined + pl.col(f"l{index}") + pl.col(f"p{index}")
    return frame.with_columns(**lengths).select(joined.alias("subject")).to_series()


def _dates(rrns: pl.Series) -> pl.Series:
    """Return the birth dates of canonical RRNs (PROTOCOL section 3.7)."""
    text = rrns.cast(pl.String)
    first = text.str.slice(0, 7)
    distinct = first.unique().drop_nulls()
    dates = [birth_date_from_rrn(digits.encode()) for digits in distinct]
    table = pl.DataFrame({"k": distinct, "date": pl.Series(dates, dtype=pl.Binary)})
    return first.to_frame("k").join(table, on="k", how="left", maintain_order="left")["date"]


def _folded(cells: pl.Series) -> pl.Series:
    """Return the fold (PROTOCOL section 3.1) of every cell in UTF-8, null where it has none."""
    plain = cells.str.contains(_PLAIN) & (cells.str.len_bytes() <= 256)
    if plain.all():
        return cells.cast(pl.Binary)
    distinct = cells.filter(~plain).unique()
    values = pl.Series([_fold(text) for text in distinct], dtype=pl.Binary)
    table = pl.DataFrame({"k": distinct, "fold": values})
    slow = cells.to_frame("k").join(table, on="k", how="left", maintain_order="left")["fold"]
    return cells.cast(pl.Binary).zip_with(plain, slow)


def _fold(text: str) -> bytes | None:
    try:
        return fold("column", text).encode()
    except InvalidField:
        return None


def _repeat(value: str | None, dtype: type[pl.DataType], count: int) -> pl.Series:
    return pl.Series([value], dtype=dtype).new_from_index(0, count)
