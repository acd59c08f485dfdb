"""spec/vectors of PROTOCOL sections 6 to 9 through the real code, and that they are up to date."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from breachdesk.entry import (
    EntryError,
    Payload,
    Question,
    bucket_index,
    claim_token,
    find_entries,
    open_entry,
    seal,
    subject_id,
    tag_and_key,
)
from breachdesk.release import (
    Buckets,
    BucketTree,
    Checkpoint,
    Manifest,
    ReleaseError,
    VKey,
    capacity_for,
    check_bucket,
    check_consistency,
    consistency_proof,
    decode_entry,
    encode_bucket,
    entry_hash,
    follow,
    leaf_hash,
    log_root,
    open_note,
    padding_key,
    release_id,
    root_of_path,
)
from breachdesk.wire import AddCheckpoint, WireError
from tests.factories.releases import make_manifest
from tests.vectors import generate

Vector = dict[str, Any]
OPERATIONS: dict[tuple[str, str], Callable[[Vector], Vector]] = {}
"""By file and `op`: what the code makes of a vector, as members that the vector must have too."""


def operation(file: str, op: str) -> Callable[[Callable[[Vector], Vector]], None]:
    def register(run: Callable[[Vector], Vector]) -> None:
        OPERATIONS[file, op] = run

    return register


def unhex(vector: Vector, *names: str) -> Iterator[bytes]:
    return (bytes.fromhex(vector[name]) for name in names)


@operation("entries", "bucket")
def _(v: Vector) -> Vector:
    return {"index": bucket_index(bytes.fromhex(v["out"]), v["count"])}


@operation("entries", "seal")
def _(v: Vector) -> Vector:
    out, release, data = unhex(v, "out", "release_id", "payload")
    fields = dict(v["fields"])
    fields["items"] = int(fields["items"], 16)
    for name in ("subject_id", "claim_token"):
        fields[name] = bytes.fromhex(fields[name])
    payload = Payload(**fields)
    assert payload == Payload.decode(data)
    entry = seal(out, release, v["lookup"], v["slot"], data)
    assert open_entry(out, release, v["lookup"], payload.incident, v["slot"], entry) == payload
    tag, key = tag_and_key(out, release, payload.incident, v["slot"])
    made = {"payload": payload.encode(), "tag": tag, "key": key, "entry": entry}
    return {name: value.hex() for name, value in made.items()}


@operation("entries", "subject")
def _(v: Vector) -> Vector:
    subject_key, claim_key = unhex(v, "subject_key", "claim_key")
    subject = subject_id(subject_key, v["alternative"], [bytes.fromhex(c) for c in v["columns"]])
    token = claim_token(claim_key, v["incident"], subject)
    return {"subject_id": subject.hex(), "claim_token": token.hex()}


@operation("entries", "find")
def _(v: Vector) -> Vector:
    out, release, body = unhex(v, "out", "release_id", "body")
    question = Question(out, release, v["lookup"], v["assurance"], v["reveals"])
    incidents = [(one["number"], int(one["items"], 16)) for one in v["incidents"]]
    found = find_entries(question, incidents, v["max_slots"], body)
    return {
        "found": [
            {"incident": one.incident, "slot": one.slot, "payload": one.payload.encode().hex()}
            for one in found
        ]
    }


@operation("buckets", "capacity")
def _(v: Vector) -> Vector:
    return {"capacity": capacity_for(v["fullest"])}


@operation("buckets", "encode")
def _(v: Vector) -> Vector:
    release, folder_key = unhex(v, "release_id", "padding_key")
    key = padding_key(folder_key, release)
    entries = [bytes.fromhex(one) for one in v["entries"]]
    data = encode_bucket(release, v["index"], v["count"], v["capacity"], entries[::-1], key)
    made = {"release_padding_key": key, "header_and_body": data, "leaf": leaf_hash(data)}
    return {name: value.hex() for name, value in made.items()}


@operation("buckets", "check")
def _(v: Vector) -> Vector:
    release, root, file = unhex(v, "release_id", "root", "file")
    shape = Buckets(v["count"], v["capacity"], root, 1)
    body = check_bucket(file, make_manifest(1, release, shape, 1), v["index"])
    assert len(body) == 64 * v["capacity"]
    return {}


@operation("paths", "tree")
def _(v: Vector) -> Vector:
    tree = BucketTree(bytes.fromhex(leaf) for leaf in v["leaves"])
    paths = [tree.path(i).hex() for i in range(len(v["leaves"]))]
    return {"root": tree.root.hex(), "paths": paths}


@operation("paths", "path")
def _(v: Vector) -> Vector:
    leaf, path = unhex(v, "leaf", "path")
    root = root_of_path(leaf, v["index"], path, v["count"])
    if root.hex() != v["root"]:
        raise ReleaseError("bucket-path", "another root")
    return {}


@operation("paths", "log")
def _(v: Vector) -> Vector:
    leaves = [entry_hash(bytes.fromhex(entry)) for entry in v["entries"]]
    return {"leaves": [leaf.hex() for leaf in leaves], "root": log_root(leaves).hex()}


@operation("manifests", "release-id")
def _(v: Vector) -> Vector:
    key, *parts = unhex(v, "release_key", "mapping", "incident", "parameters")
    sources = [bytes.fromhex(one) for one in v["sources"]]
    return {"release_id": release_id(key, v["number"], sources, *parts).hex()}


@operation("manifests", "entry")
def _(v: Vector) -> Vector:
    data = bytes.fromhex(v["bytes"]) if "bytes" in v else v["text"].encode()
    found = decode_entry(data.ljust(v.get("padded_to", 0)))
    if isinstance(found, Manifest):
        return {"kind": "manifest", "release": found.release}
    return {"kind": "tombstone", "release": found.number}


@operation("checkpoints", "vkey")
def _(v: Vector) -> Vector:
    key = VKey.parse(v["vkey"])
    made = {"key_name": key.name, "type": key.kind, "public": key.public.hex()}
    return made | {"vkey": key.text}


@operation("checkpoints", "open")
def _(v: Vector) -> Vector:
    timestamps = [VKey.parse(key) for key in v["timestamps"]]
    signed = open_note(v["note"], VKey.parse(v["log"]), timestamps, v["now"])
    found = signed.checkpoint
    return {
        "origin": found.origin,
        "size": found.size,
        "root": found.root.hex(),
        "time": signed.time,
        "signers": list(signed.signers),
    }


@operation("checkpoints", "follow")
def _(v: Vector) -> Vector:
    files = {path: base64.b64decode(data) for path, data in v["files"].items()}
    old = v["remembered"]
    remembered = old and Checkpoint(old["origin"], old["size"], bytes.fromhex(old["root"]))
    timestamps = [VKey.parse(key) for key in v["timestamps"]]
    found = follow(files.__getitem__, VKey.parse(v["log"]), timestamps, v["now"], remembered)
    return {"release": found.manifest.release, "tombstones": len(found.tombstones)}


@operation("consistency", "proof")
def _(v: Vector) -> Vector:
    old_root, new_root = unhex(v, "old_root", "new_root")
    old, new = Checkpoint("o", v["old"], old_root), Checkpoint("o", v["new"], new_root)
    check_consistency(old, new, [bytes.fromhex(one) for one in v["proof"]])
    leaves = [bytes.fromhex(one) for one in v["leaves"]]
    return {"proof": [one.hex() for one in consistency_proof(leaves, v["old"])]}


@operation("consistency", "body")
def _(v: Vector) -> Vector:
    data = base64.b64decode(v["body"])
    found = AddCheckpoint.decode(data)
    assert found.encode() == data
    proof = [one.hex() for one in found.proof]
    return {"old": found.old, "proof": proof, "note": found.note.decode()}


@operation("consistency", "witnessed")
def _(v: Vector) -> Vector:
    timestamps, witnesses = ([VKey.parse(key) for key in v[n]] for n in ("timestamps", "witnesses"))
    return {
        "time": open_note(v["note"], VKey.parse(v["log"]), timestamps, v["now"], witnesses).time
    }


FILES = ("entries", "buckets", "paths", "manifests", "checkpoints", "consistency")


def cases(which: str) -> list[Any]:
    found = []
    for file in FILES:
        content = json.loads((generate.FOLDER / f"{file}.json").read_text("utf-8"))
        found += [
            pytest.param(file, vector, id=f"{file}: {vector['name']}") for vector in content[which]
        ]
    return found


@pytest.mark.parametrize(("file", "vector"), cases("good"))
def test_good(file: str, vector: Vector) -> None:
    found = OPERATIONS[file, vector["op"]](vector)
    assert {name: vector[name] for name in found} == found


@pytest.mark.parametrize(("file", "vector"), cases("bad"))
def test_bad(file: str, vector: Vector) -> None:
    with pytest.raises((ReleaseError, EntryError, WireError)) as caught:
        OPERATIONS[file, vector["op"]](vector)
    assert getattr(caught.value, "code", None) == vector["error"]
