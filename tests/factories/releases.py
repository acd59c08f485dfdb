"""Small releases under fixed keys. Nothing here is random, and no key is anybody's."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from breachdesk.entry import Payload, bucket_index, seal
from breachdesk.release import (
    LOG_TYPE,
    TIMESTAMP_TYPE,
    Buckets,
    BucketTree,
    Change,
    IncidentCounts,
    KeyList,
    Lookup,
    LookupCounts,
    Manifest,
    Records,
    Share,
    SourceRows,
    Store,
    Tombstone,
    VKey,
    encode_bucket,
    encode_manifest,
    encode_tombstone,
    leaf_hash,
    padding_key,
    release_id,
)

ORIGIN = "breach.example.org"
PUBLISHED = 1_000_000
"""When releases here are published, in Unix seconds."""


def seed(label: str, size: int = 32) -> bytes:
    """Fixed bytes for a label."""
    return hashlib.shake_256(f"breachdesk/test/{label}".encode()).digest(size)


@dataclass(frozen=True, slots=True)
class FixedSigner:
    """An Ed25519 key from a label."""

    name: str
    label: str
    kind: int

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(seed(self.label))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def vkey(self) -> VKey:
        return VKey(self.name, self.kind, self.public)

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)


@dataclass(frozen=True, slots=True)
class Service:
    """The signers of one service."""

    log: FixedSigner = field(default_factory=lambda: FixedSigner(ORIGIN, "log", LOG_TYPE))
    timestamp: FixedSigner = field(
        default_factory=lambda: FixedSigner(f"{ORIGIN}/timestamp", "timestamp", TIMESTAMP_TYPE)
    )
    witness: FixedSigner = field(
        default_factory=lambda: FixedSigner("witness.example.net/w1", "witness", TIMESTAMP_TYPE)
    )


LOOKUPS = (
    Lookup("name+birth_date+phone", ("name", "birth_date", "phone"), "open", "items"),
    Lookup("name+customer_number", ("name", "customer_number"), "open", "membership"),
)


def output(label: str) -> bytes:
    """What an OPRF would give for a question named `label`."""
    return seed(f"output/{label}", 64)


@dataclass(frozen=True, slots=True)
class Build:
    """A manifest and its bucket files, in order."""

    manifest: Manifest
    buckets: tuple[bytes, ...]

    @property
    def entry(self) -> bytes:
        return encode_manifest(self.manifest)


def build_release(number: int = 1, *, count: int = 4, people: int = 20) -> Build:
    """A release with an entry for each of `people` outputs `output(str(i))` under LOOKUPS[0]."""
    rid = release_id(seed("release"), number, [seed("source")], b"m", b"i", b"p")
    payload = Payload(7, 0b101, 16_000, 16_100, 1).encode()
    entries: list[list[bytes]] = [[] for _ in range(count)]
    for i in range(people):
        out = output(str(i))
        entries[bucket_index(out, count)].append(seal(out, rid, LOOKUPS[0].id, 0, payload))
    padding = padding_key(seed("padding"), rid)
    bodies = [encode_bucket(rid, i, count, 16, one, padding) for i, one in enumerate(entries)]
    tree = BucketTree(leaf_hash(body) for body in bodies)
    manifest = make_manifest(number, rid, Buckets(count, 16, tree.root, 2), people)
    return Build(manifest, tuple(body + tree.path(i) for i, body in enumerate(bodies)))


def make_manifest(number: int, rid: bytes, buckets: Buckets, people: int) -> Manifest:
    share = Share(seed("share"), seed("possession", 96))
    incident = IncidentCounts(
        id="kt-2014",
        number=7,
        first=date(2013, 2, 1),
        last=date(2014, 2, 28),
        items=("name", "phone", "birth_date"),
        records=one_source(1, people + 1, {"no-lookup": 1, "shape": 1}),
        subjects=people + 1,
        lookups=(
            LookupCounts(LOOKUPS[0].id, people, people, {"missing:phone": 1}),
            LookupCounts(LOOKUPS[1].id, 0, 0, {}),
        ),
    )
    return Manifest(
        origin=ORIGIN,
        release=number,
        release_id=rid,
        epoch=1,
        keys={"open": KeyList(seed("share"), (share,))},
        buckets=buckets,
        lookups=LOOKUPS,
        incidents=(incident,),
        changes=(Change("kt-2014", "first", date(2014, 4, 3), people + 1, people + 1),),
    )


def with_incident(manifest: Manifest, incident: str, number: int) -> Manifest:
    """The manifest with one more incident of the same counts."""
    first = manifest.incidents[0]
    more = replace(first, id=incident, number=number)
    change = replace(manifest.changes[0], incident=incident)
    return replace(manifest, incidents=(first, more), changes=(*manifest.changes, change))


def one_source(release: int, indexed: int, rejected: dict[str, int]) -> Records:
    """The rows of an incident that has one source, which `release` took in."""
    read = indexed + sum(rejected.values())
    return Records(read, indexed, rejected, (SourceRows(release, read, indexed, rejected),))


def publish_release(store: Store, service: Service, time: int = PUBLISHED) -> Build:
    """Build and publish the next release."""
    build = build_release(store.size + 1)
    publish_entry(store, service, build, time)
    return build


def publish_entry(store: Store, service: Service, build: Build, time: int = PUBLISHED) -> None:
    """Publish this build as the next release; its number must be that."""
    with store.lock(), store.stage() as stage:
        for index, data in enumerate(build.buckets):
            stage.write_bucket(index, data)
        stage.publish(build.entry, service.log, service.timestamp, time)


def bury(store: Store, service: Service, retired: str, time: int = PUBLISHED) -> None:
    """Publish a tombstone as the next entry."""
    reason = {"ko": "보관 기간이 끝났습니다.", "en": "It has been kept long enough."}
    with store.lock(), store.stage() as stage:
        entry = encode_tombstone(Tombstone(ORIGIN, stage.number, retired, reason))
        stage.publish(entry, service.log, service.timestamp, time)


def other_release(build: Build) -> Build:
    """The same release with other contents under the same number."""
    return replace(build, manifest=replace(build.manifest, epoch=2))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
