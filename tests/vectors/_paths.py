"""paths.json: the bucket tree, its paths, and roots of the log (PROTOCOL sections 7.3 and 9.1).

`op`: `tree`, from leaf hashes to root and every path; `path`, a leaf hash, its index and its path
against a root over `count` leaves; `log`, from entries to leaf hashes and the RFC 6962 root. All
bad ones are `path`.
"""

from typing import Any

from breachdesk.release import BucketTree, entry_hash, log_root
from tests.factories.releases import seed

RFC6962_ENTRIES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
"""The inputs of certificate-transparency-go's Merkle tree tests (Apache-2.0)."""


def vectors() -> dict[str, Any]:
    return {"section": "7.3, 9.1", "good": _good(), "bad": _bad()}


def _leaves(count: int) -> list[bytes]:
    return [seed(f"leaf/{i}") for i in range(count)]


def _good() -> list[dict[str, Any]]:
    return [
        *(_tree(count) for count in (1, 2, 8)),
        *(_path(f"leaf {i} of 8", 8, i) for i in (0, 5, 7)),
        *(_log(count) for count in range(len(RFC6962_ENTRIES) + 1)),
    ]


def _bad() -> list[dict[str, Any]]:
    good = _path("", 8, 5)
    path = bytes.fromhex(good["path"])
    hashes = [path[i : i + 32] for i in range(0, 96, 32)]
    rows: list[tuple[str, dict[str, Any]]] = [
        ("another leaf", {"leaf": seed("leaf/4").hex()}),
        ("the sibling's index", {"index": 4}),
        ("another index", {"index": 1}),
        ("a flipped bit in the path", {"path": (path[:-1] + bytes((path[-1] ^ 1,))).hex()}),
        ("the path from the root down", {"path": b"".join(hashes[::-1]).hex()}),
        ("the path of another leaf", {"path": _path("", 8, 3)["path"]}),
        ("a path too short", {"path": path[:-32].hex()}),
        ("a path too long", {"path": (path + seed("leaf/0")).hex()}),
        ("half a hash left over", {"path": (path + bytes(16)).hex()}),
        ("another root", {"root": seed("root").hex()}),
    ]
    return [good | {"name": name} | edit | {"error": "bucket-path"} for name, edit in rows]


def _tree(count: int) -> dict[str, Any]:
    tree = BucketTree(_leaves(count))
    return {
        "name": f"{count} leaves",
        "op": "tree",
        "leaves": [leaf.hex() for leaf in _leaves(count)],
        "root": tree.root.hex(),
        "paths": [tree.path(i).hex() for i in range(count)],
    }


def _path(name: str, count: int, index: int) -> dict[str, Any]:
    tree = BucketTree(_leaves(count))
    return {
        "name": name,
        "op": "path",
        "count": count,
        "index": index,
        "leaf": _leaves(count)[index].hex(),
        "path": tree.path(index).hex(),
        "root": tree.root.hex(),
    }


def _log(count: int) -> dict[str, Any]:
    entries = RFC6962_ENTRIES[:count]
    leaves = [entry_hash(entry) for entry in entries]
    return {
        "name": f"a log of {count}",
        "op": "log",
        "entries": [entry.hex() for entry in entries],
        "leaves": [leaf.hex() for leaf in leaves],
        "root": log_root(leaves).hex(),
    }
