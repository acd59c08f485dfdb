"""What became of the rows, table by table and file by file (PROTOCOL 8.2)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from breachdesk.ingest._intake import Intake, Prepared
from breachdesk.ingest._rejects_head import FORMAT, RejectedTable, RejectsHead
from breachdesk.ingest._rejects_source import RejectedSource
from breachdesk.ingest._request import SourceReport
from breachdesk.release import Manifest, SourceRows

MOST_SOURCES = 256
"""So many elements a manifest may have for an incident (PROTOCOL 8.2)."""


def accounts(
    release: int, prepared: Sequence[Prepared], intake: Intake, late: Mapping[int, int]
) -> tuple[SourceReport, ...]:
    """A report for each table; `late` are the rows of each that no lookup can hold.

    Rows that an earlier build rejected stay those of the file and the release that had them.
    """
    files = dict.fromkeys(one.source.place.path for one in prepared)
    numbers = {path: number for number, path in enumerate(files, 1)}
    reports = []
    for index, (one, rows) in enumerate(zip(prepared, intake.tables, strict=True)):
        source, place = one.source, one.source.place
        origin = (release, numbers[place.path])
        if isinstance(source, RejectedSource):
            origin = (source.release, source.of_file)
        counts = rows.rejected + Counter({"no-lookup": late.get(index, 0)})
        rejected = dict(sorted(counts.items()))
        indexed = rows.read - sum(rejected.values())
        named = (place.path.name, place.member, place.table)
        reports.append(SourceReport(*origin, *named, rows.read, indexed, rejected))
    return tuple(reports)


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
            release=report.release,
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
