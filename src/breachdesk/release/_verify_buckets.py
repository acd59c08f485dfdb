"""Audit the bucket files of releases, on all cores (hashing lets go of the interpreter's lock)."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from breachdesk import wire
from breachdesk.release import _layout as layout
from breachdesk.release._bucket import ENTRY_BYTES, bucket_length, check_bucket
from breachdesk.release._manifest import Manifest
from breachdesk.release._report import Finding, Report
from breachdesk.release.errors import ReleaseError

Progress = Callable[[int, int], None]
"""Told (buckets done, buckets in all)."""

_BATCH = 512


def check_buckets(
    folder: Path,
    manifests: Sequence[Manifest],
    force: Manifest | None,
    report: Report,
    progress: Progress | None,
) -> None:
    """Every bucket of every manifest against its root; counts and findings go to `report`.

    Only `force`, the one in force, has to have its buckets (8.4).
    """
    todo = [one for one in manifests if _has_buckets(folder, one, force, report)]
    total = sum(one.buckets.count for one in todo)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for manifest in todo:
            _stray(folder, manifest, report)
            indexes = iter(range(manifest.buckets.count))
            while batch := list(islice(indexes, _BATCH)):
                found = pool.map(lambda i, of=manifest: _check_one(folder, of, i), batch)
                report.findings += [one for one in found if one is not None]
                report.buckets += len(batch)
                if progress is not None:
                    progress(report.buckets, total)


def _has_buckets(folder: Path, manifest: Manifest, force: Manifest | None, report: Report) -> bool:
    path = f"{wire.release_path(manifest.release)}/{layout.BUCKETS}"
    if (folder / path).is_dir():
        return True
    if manifest is force:
        report.add("missing", path, "the folder is not there")
    else:
        report.without_buckets.append(manifest.release)
    return False


def _stray(folder: Path, manifest: Manifest, report: Report) -> None:
    path = f"{wire.release_path(manifest.release)}/{layout.BUCKETS}"
    expected = {f"{index:08x}" for index in range(manifest.buckets.count)}
    with os.scandir(folder / path) as listed:
        names = sorted(one.name for one in listed)
    for name in names:
        if name not in expected:
            report.add("stray", f"{path}/{name}", "does not belong here")


def _check_one(folder: Path, manifest: Manifest, index: int) -> Finding | None:
    where = wire.bucket_path(manifest.release, index)
    size = bucket_length(manifest.buckets.count, manifest.buckets.capacity)
    try:
        with (folder / where).open("rb") as file:
            data = file.read(size + 1)
        body = check_bucket(data, manifest, index)
    except FileNotFoundError:
        return Finding("missing", where, "the file is not there")
    except OSError as error:
        return Finding("unreadable", where, error.strerror or "cannot be read")
    except ReleaseError as error:
        return Finding(error.code, where, error.detail)
    rows = list(_rows(body))
    if rows != sorted(rows):
        return Finding("order", where, "entries and padding are not in order")
    return None


def _rows(body: bytes) -> Iterator[bytes]:
    return (body[at : at + ENTRY_BYTES] for at in range(0, len(body), ENTRY_BYTES))
