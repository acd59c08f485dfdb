"""buckets.json: bucket files, padding, capacity (PROTOCOL section 7).

`op`: `capacity`; `encode`, from entries and the key folder's padding key to header and body;
`check`, a file against what the manifest says. All bad ones are `check`.
"""

from typing import Any

from breachdesk.release import capacity_for, encode_bucket, leaf_hash, padding_key
from tests.factories.releases import Build, build_release, seed

INDEX = 2


def vectors() -> dict[str, Any]:
    return {"section": "7", "good": _good(), "bad": _bad()}


def _good() -> list[dict[str, Any]]:
    build = build_release()
    entries = [seed(f"entry/{i}", 64) for i in range(5)]
    return [
        *(
            {"name": f"{n} entries", "op": "capacity", "fullest": n, "capacity": capacity_for(n)}
            for n in (0, 1, 16, 17, 2031, 2032)
        ),
        _encode("five entries", 1, entries),
        _encode("no entry, all padding", 0, []),
        _encode("another index has other padding", 3, []),
        _encode("full, no padding", 0, [seed(f"entry/{i}", 64) for i in range(16)]),
        *(_check(f"bucket {i} of 4", build, i, build.buckets[i]) for i in range(4)),
        _check(
            "the only bucket, with no path",
            one := build_release(count=1, people=9),
            0,
            one.buckets[0],
        ),
    ]


def _bad() -> list[dict[str, Any]]:
    build = build_release()
    good = build.buckets[INDEX]
    other = build_release(2).buckets[INDEX]
    rows = [
        ("truncated by one byte", good[:-1], "bucket-length"),
        ("one byte left over", good + b"\0", "bucket-length"),
        ("an entry left over", good + bytes(64), "bucket-length"),
        ("without its path", good[:-64], "bucket-length"),
        ("empty", b"", "bucket-length"),
        ("another magic", b"bdbucket" + good[8:], "bucket-header"),
        ("another index in the header", _set(good, 43, 3), "bucket-header"),
        ("another number of buckets in the header", _set(good, 47, 8), "bucket-header"),
        ("another capacity in the header", _set(good, 51, 32), "bucket-header"),
        ("a reserved byte that is not zero", _set(good, 63, 1), "bucket-header"),
        ("a bucket of another release", other, "bucket-header"),
        ("another bucket of the release", build.buckets[INDEX - 1], "bucket-header"),
        ("a flipped bit in the first entry", _flip(good, 64), "bucket-path"),
        ("a flipped bit in the last entry", _flip(good, 64 + 1024 - 1), "bucket-path"),
        ("a flipped bit in the path", _flip(good, len(good) - 1), "bucket-path"),
        ("the path's hashes swapped", good[:-64] + good[-32:] + good[-64:-32], "bucket-path"),
        ("the path of another bucket", good[:-64] + build.buckets[0][-64:], "bucket-path"),
    ]
    return [_check(name, build, INDEX, data) | {"error": error} for name, data, error in rows]


def _encode(name: str, index: int, entries: list[bytes]) -> dict[str, Any]:
    release = seed("release-id")
    key = padding_key(seed("padding"), release)
    data = encode_bucket(release, index, 4, 16, entries, key)
    return {
        "name": name,
        "op": "encode",
        "release_id": release.hex(),
        "index": index,
        "count": 4,
        "capacity": 16,
        "padding_key": seed("padding").hex(),
        "release_padding_key": key.hex(),
        "entries": [entry.hex() for entry in entries],
        "header_and_body": data.hex(),
        "leaf": leaf_hash(data).hex(),
    }


def _check(name: str, build: Build, index: int, data: bytes) -> dict[str, Any]:
    shape = build.manifest.buckets
    return {
        "name": name,
        "op": "check",
        "release_id": build.manifest.release_id.hex(),
        "count": shape.count,
        "capacity": shape.capacity,
        "root": shape.root.hex(),
        "index": index,
        "file": data.hex(),
    }


def _set(data: bytes, at: int, value: int) -> bytes:
    return data[:at] + bytes((value,)) + data[at + 1 :]


def _flip(data: bytes, at: int) -> bytes:
    return _set(data, at, data[at] ^ 1)
