"""What became of the rows, table by table and file by file (PROTOCOL 8.2)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from breachdesk.ingest._intake import Intake, Prepared, TableRows
from breachdesk.ingest._rejects_head import FORMAT, RejectedTable, RejectsHead
from breachdesk.release import Manifest, SourceRows

MOST_SOURCES = 256
"""So many elements a manifest may have for an incident (PROTOCOL 8.2)."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """A table of a file. `number` is that of the file, from 1, in the order given.

    `read` = `indexed` + the sum of `rejected`.
    """

    number: int
    file: str
    member: str
    table: str
    read: int
    indexed: int
    rejected: Mapping[str, int]


def accounts(
    prepared: Sequence[Prepared], intake: Intake, late: Mapping[int, int]
) -> tuple[SourceReport, ...]:
    """A report for each table; `late` are the rows of each that no lookup can hold."""
    numbers = file_numbers(one.source.place.path for one in prepared)
    return tuple(
        _account(numbers[one.source.place.path], one, rows, late.get(index, 0))
        for index, (one, rows) in enumerate(zip(prepared, intake.tables, strict=True))
    )


def _account(number: int, one: Prepared, rows: TableRows, late: int) -> SourceReport:
    place = one.source.place
    rejected = dict(sorted((+Counter({**rows.rejected, "no-lookup": late})).items()))
    indexed = rows.read - sum(rejected.values())
    return SourceReport(
        number, place.path.name, place.member, place.table, rows.read, indexed, rejected
    )


def file_numbers(paths: Iterable[Path]) -> dict[Path, int]:
    """Numbers from 1 in the order given; a file has one, whatever tables are in it."""
    return {path: number for number, path in enumerate(dict.fromkeys(paths), 1)}


def source_rows(release: int, reports: Iterable[SourceReport]) -> tuple[SourceRows, ...]:
    """An element of the manifest for each file in order; those beyond the most are one."""
    files: dict[int, list[SourceReport]] = {}
    for report in reports:
        files.setdefault(min(report.number, MOST_SOURCES), []).append(report)
    return tuple(_together(release, tables) for _, tables in sorted(files.items()))


def _together(release: int, tables: Sequence[SourceReport]) -> SourceRows:
    rejected: Counter[str] = Counter()
    for table in tables:
        rejected.update(table.rejected)
    read, indexed = sum(one.read for one in tables), sum(one.indexed for one in tables)
    return SourceRows(release, read, indexed, dict(sorted(rejected.items())))


def rejects_head(
    manifest: Manifest, incident: str, prepared: Sequence[Prepared], reports: Sequence[SourceReport]
) -> RejectsHead:
    """What the file of rejected rows says of this build."""
    return RejectsHead(
        format=FORMAT,
        release=manifest.release,
        release_id=manifest.release_id.hex(),
        incident=incident,
        tables=tuple(_tables(prepared, reports)),
    )


def _tables(
    prepared: Sequence[Prepared], reports: Sequence[SourceReport]
) -> Iterator[RejectedTable]:
    for one, report in zip(prepared, reports, strict=True):
        source = one.source
        yield RejectedTable(
            number=report.number,
            file=str(source.place.path),
            member=source.place.member,
            table=source.place.table,
            layout=source.layout,
            header=source.header,
            columns=one.mapping.columns,
            reading=source.found,
            read=report.read,
            rejected=report.rejected,
        )
