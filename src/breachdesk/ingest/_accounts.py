"""What became of the rows, table by table and file by file (PROTOCOL 8.2)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from breachdesk.ingest._intake import Intake, Prepared
from breachdesk.ingest._part_set import BuiltFile, Moved
from breachdesk.ingest._rejects_head import FORMAT, RejectedTable, RejectsHead
from breachdesk.ingest._rejects_source import RejectedSource
from breachdesk.ingest._request import SourceReport
from breachdesk.release import Manifest, Records, SourceRows

MOST_SOURCES = 256
"""So many elements a manifest may have for an incident (PROTOCOL 8.2)."""


def described(prepared: Sequence[Prepared]) -> tuple[RejectedTable, ...]:
    """The tables as the file of rejected rows says them, before anything is counted.

    `release` is 0 for a file of this build. Of rows that an earlier build rejected, `rejected` says
    how many and why: they stay those of the file, and of the release, that had them.
    """
    files = dict.fromkeys(one.source.place.path for one in prepared)
    numbers = {path: number for number, path in enumerate(files, 1)}
    return tuple(_described(one, numbers[one.source.place.path]) for one in prepared)


def _described(one: Prepared, number: int) -> RejectedTable:
    source, place = one.source, one.source.place
    was = source.origin if isinstance(source, RejectedSource) else None
    return RejectedTable(
        release=was.release if was else 0,
        number=was.number if was else number,
        file=str(place.path),
        member=place.member,
        table=place.table,
        layout=was.layout if was else source.layout,
        header=source.header,
        columns=one.mapping.columns,
        reading=source.found,
        read=0,
        rejected=was.rejected if was else {},
    )


def accounts(
    release: int, tables: Sequence[RejectedTable], intake: Intake, late: Mapping[int, int]
) -> tuple[SourceReport, ...]:
    """A report for each table; `late` are the rows of each that no lookup can hold."""
    reports = []
    for index, (table, rows) in enumerate(zip(tables, intake.tables, strict=True)):
        counts = rows.rejected + Counter({"no-lookup": late.get(index, 0)})
        rejected = dict(sorted(counts.items()))
        indexed = rows.read - sum(rejected.values())
        named = (table.place.path.name, table.member, table.table)
        origin = (table.release or release, table.number)
        reports.append(SourceReport(*origin, *named, rows.read, indexed, rejected))
    return tuple(reports)


def built_files(reports: Iterable[SourceReport]) -> tuple[BuiltFile, ...]:
    """The files of these tables, in order."""
    rows: Counter[tuple[int, str]] = Counter()
    for one in reports:
        rows[one.number, one.file] += one.indexed
    return tuple(BuiltFile(name, count) for (_, name), count in sorted(rows.items()))


def moves(tables: Sequence[RejectedTable], reports: Sequence[SourceReport]) -> tuple[Moved, ...]:
    """What became of rows that were read again; nothing where they were read for the first time."""
    return tuple(
        Moved(table.release, table.number, table.rejected, report.indexed, report.rejected)
        for table, report in zip(tables, reports, strict=True)
        if table.release
    )


def all_rows(records: Sequence[Records], moved: Iterable[Moved]) -> Records:
    """The rows of an incident: those of its builds, and what became of some when read again."""
    sources = [source for one in records for source in one.sources]
    for one in moved:
        sources = _with_moved(sources, one)
    if len(sources) > MOST_SOURCES:
        sources = [*sources[: MOST_SOURCES - 1], _sum(sources[MOST_SOURCES - 1 :])]
    total = _sum(sources)
    return Records(total.read, total.indexed, total.rejected, tuple(sources))


def _with_moved(sources: Sequence[SourceRows], moved: Moved) -> list[SourceRows]:
    places = [place for place, one in enumerate(sources) if one.release == moved.release]
    place = places[min(moved.number, len(places)) - 1]
    was = sources[place]
    rejected = Counter(was.rejected)
    rejected.subtract(moved.was)
    rejected.update(moved.rejected)
    now = dict(sorted((+rejected).items()))
    rows = SourceRows(was.release, was.read, was.indexed + moved.indexed, now)
    return [*sources[:place], rows, *sources[place + 1 :]]


def _sum(sources: Sequence[SourceRows]) -> SourceRows:
    rejected: Counter[str] = Counter()
    for one in sources:
        rejected.update(one.rejected)
    read, indexed = sum(one.read for one in sources), sum(one.indexed for one in sources)
    return SourceRows(sources[0].release, read, indexed, dict(sorted(rejected.items())))


def source_rows(release: int, reports: Iterable[SourceReport]) -> tuple[SourceRows, ...]:
    """An element of the manifest for each file, in order; those beyond the most are one."""
    files: dict[tuple[int, int], list[SourceReport]] = {}
    for report in reports:
        files.setdefault((report.release, report.number), []).append(report)
    groups = [tables for _, tables in sorted(files.items())]
    if len(groups) > MOST_SOURCES:
        rest = [table for tables in groups[MOST_SOURCES - 1 :] for table in tables]
        groups = [*groups[: MOST_SOURCES - 1], rest]
    return tuple(_together(release, tables) for tables in groups)


def _together(release: int, tables: Sequence[SourceReport]) -> SourceRows:
    rejected: Counter[str] = Counter()
    for table in tables:
        rejected.update(table.rejected)
    read, indexed = sum(one.read for one in tables), sum(one.indexed for one in tables)
    return SourceRows(release, read, indexed, dict(sorted(rejected.items())))


def rejects_head(
    manifest: Manifest,
    incident: str,
    tables: Sequence[RejectedTable],
    reports: Sequence[SourceReport],
) -> RejectsHead:
    """What the file of rejected rows says of this build."""
    return RejectsHead(
        format=FORMAT,
        release=manifest.release,
        release_id=manifest.release_id.hex(),
        incident=incident,
        tables=tuple(
            replace(table, release=report.release, read=report.read, rejected=report.rejected)
            for table, report in zip(tables, reports, strict=True)
        ),
    )
