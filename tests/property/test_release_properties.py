"""Round trips of everything that is published, and what a changed byte does to it."""

import string
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from breachdesk.entry import Payload, Question, bucket_index, find_entries, open_entry, seal
from breachdesk.release import (
    CHANNEL_TYPES,
    FIELD_TYPES,
    ITEM_BITS,
    MAX_ENTRIES,
    Buckets,
    BucketTree,
    Change,
    Checkpoint,
    IncidentCounts,
    KeyList,
    Lookup,
    LookupCounts,
    Manifest,
    Records,
    ReleaseError,
    Share,
    SourceRows,
    VKey,
    check_bucket,
    choose_count,
    cosign,
    decode_entry,
    encode_bucket,
    encode_manifest,
    leaf_hash,
    log_root,
    open_note,
    parse_note,
    root_of_path,
    sign_checkpoint,
)
from breachdesk.wire import EvaluatorAddress, ServiceDocument, WireError, loads
from tests.factories.releases import Service, make_manifest

SERVICE = Service()
u16 = st.integers(0, 65_535)
hashes = st.binary(min_size=32, max_size=32)
counts = st.integers(0, 10**9)
names = st.text(string.ascii_lowercase + string.digits + ".-/", min_size=1, max_size=40)


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    ids = st.binary(min_size=12, max_size=12)
    items = draw(st.integers(0, 2**64 - 1))
    return Payload(draw(u16), items, draw(u16), draw(u16), draw(u16), draw(ids), draw(ids))


@given(payloads())
def test_payload_round_trip(payload: Payload) -> None:
    assert Payload.decode(payload.encode()) == payload
    assert len(payload.encode()) == 40


@given(payloads(), st.binary(min_size=64, max_size=64), hashes, st.integers(0, 63))
def test_entry_round_trip(payload: Payload, out: bytes, release: bytes, slot: int) -> None:
    entry = seal(out, release, "phone", slot, payload.encode())
    assert open_entry(out, release, "phone", payload.incident, slot, entry) == payload
    question = Question(out, release, "phone", "code", "items")
    found = find_entries(question, [(payload.incident, 2**64 - 1)], 64, entry)
    assert [(one.slot, one.payload) for one in found] == [(slot, payload)]


@given(st.binary(min_size=64, max_size=64), st.integers(0, 24))
def test_more_buckets_split_a_bucket(out: bytes, b: int) -> None:
    assert bucket_index(out, 1 << b) == int.from_bytes(out[:3], "big") >> (24 - b)


@given(st.lists(st.binary(min_size=64, max_size=64), max_size=16), hashes, st.integers(0, 7))
def test_bucket_round_trip_and_any_changed_byte(
    entries: list[bytes], release: bytes, index: int
) -> None:
    data = [encode_bucket(release, i, 8, 16, entries, bytes(32)) for i in range(8)]
    tree = BucketTree(leaf_hash(one) for one in data)
    manifest = make_manifest(1, release, Buckets(8, 16, tree.root, 1), 1)
    file = data[index] + tree.path(index)
    body = check_bucket(file, manifest, index)
    rows = [body[i : i + 64] for i in range(0, len(body), 64)]
    assert rows == sorted(rows)
    assert not set(entries) - set(rows)
    for at in range(index, len(file), 97):
        broken = file[:at] + bytes((file[at] ^ 0x80,)) + file[at + 1 :]
        code = _code(lambda data: check_bucket(data, manifest, index), broken)
        assert code in {"bucket-header", "bucket-path"}


def _code(read: Callable[[bytes], object], data: bytes) -> str | None:
    """The error that reading `data` causes, if any."""
    try:
        read(data)
    except (ReleaseError, WireError) as error:
        return error.code
    return None


@given(st.lists(hashes, min_size=1, max_size=40))
def test_log_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    assert log_root(leaves) == _rfc6962(leaves)


def _rfc6962(leaves: list[bytes]) -> bytes:
    """The definition of section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    both = _rfc6962(leaves[:k]), _rfc6962(leaves[k:])
    return BucketTree(both).root


@given(st.integers(0, 6), st.data())
def test_bucket_tree_is_a_log_of_a_power_of_two(b: int, data: st.DataObject) -> None:
    leaves = [bytes([i]) * 32 for i in range(1 << b)]
    tree = BucketTree(leaves)
    assert tree.root == log_root(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    assert root_of_path(leaves[index], index, tree.path(index), len(leaves)) == tree.root


@given(st.integers(0, 6).flatmap(lambda k: st.lists(u16, min_size=1 << k, max_size=1 << k)))
def test_the_smallest_count_that_holds(histogram: list[int]) -> None:
    histogram = [one % (MAX_ENTRIES + 1) for one in histogram]
    count = choose_count(histogram)
    assert _fullest(histogram, count) <= MAX_ENTRIES
    assert count == 1 or _fullest(histogram, count // 2) > MAX_ENTRIES


def _fullest(histogram: list[int], count: int) -> int:
    width = len(histogram) // count
    return max(sum(histogram[i : i + width]) for i in range(0, len(histogram), width))


@st.composite
def lookups(draw: st.DrawFn) -> tuple[Lookup, ...]:
    fields = st.sets(st.sampled_from(list(FIELD_TYPES)[:-1]), min_size=1, max_size=3)
    chosen = draw(
        st.lists(fields, min_size=1, max_size=4, unique_by=lambda one: tuple(sorted(one)))
    )
    found = []
    for names_ in chosen:
        ordered = tuple(sorted(names_, key=FIELD_TYPES.__getitem__))
        if draw(st.booleans()):
            ordered = (*ordered, "channel_token")
        assurance = "code" if ordered[-1] == "channel_token" else "open"
        reveals = draw(st.sampled_from(["membership", "items"]))
        taken = draw(st.sets(st.sampled_from(list(CHANNEL_TYPES)), min_size=1))
        channels = tuple(name for name in CHANNEL_TYPES if name in taken and assurance == "code")
        found.append(Lookup("+".join(ordered), ordered, assurance, reveals, channels))
    return tuple(found)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    asked = draw(lookups())
    share = st.builds(Share, hashes, st.binary(min_size=96, max_size=96))
    keys = st.builds(KeyList, hashes, st.lists(share, min_size=1, max_size=3).map(tuple))
    single = st.builds(KeyList, hashes, st.tuples(share))
    kinds = {"open", *(one.assurance for one in asked)}
    numbers = sorted(draw(st.sets(st.integers(1, 65_535), min_size=1, max_size=4)))
    b = draw(st.integers(0, 24))
    return Manifest(
        origin=draw(names),
        release=draw(st.integers(1, 10_000)),
        release_id=draw(hashes),
        epoch=draw(st.integers(1, 2**32 - 1)),
        keys={kind: draw(keys) for kind in ("open", "code") if kind in kinds}
        | ({"channel": draw(single)} if "code" in kinds else {}),
        buckets=Buckets(
            1 << b, 16 * draw(st.integers(1, 127)), draw(hashes), draw(st.integers(1, 64))
        ),
        lookups=asked,
        incidents=(found := tuple(draw(incidents(number, asked)) for number in numbers)),
        changes=draw(changes(found)),
    )


@st.composite
def changes(draw: st.DrawFn, found: tuple[IncidentCounts, ...]) -> tuple[Change, ...]:
    days = st.dates(date(1970, 1, 2), date(2100, 1, 1))
    left = [Change("gone", "retired", draw(days), draw(counts), draw(counts))]
    for one in found:
        kinds = draw(st.sets(st.sampled_from(["first", "added", "replaced", "reread"])))
        left += [
            Change(
                one.id,
                kind,
                draw(days),
                draw(st.integers(0, one.records.indexed)),
                draw(st.integers(0, one.subjects)),
            )
            for kind in sorted(kinds)
        ]
    return tuple(draw(st.permutations(left)))


@st.composite
def records(draw: st.DrawFn) -> Records:
    reasons = st.sampled_from(["encoding", "shape", "no-subject", "no-lookup"])
    sources = []
    for _ in range(draw(st.integers(1, 4))):
        rejected, indexed = draw(st.dictionaries(reasons, counts)), draw(counts)
        sources.append(SourceRows(1, indexed + sum(rejected.values()), indexed, rejected))
    total = sum((Counter(one.rejected) for one in sources), Counter[str]())
    read, indexed = sum(s.read for s in sources), sum(s.indexed for s in sources)
    return Records(read, indexed, dict(total), tuple(sources))


@st.composite
def incidents(draw: st.DrawFn, number: int, asked: tuple[Lookup, ...]) -> IncidentCounts:
    first = draw(st.dates(date(1970, 1, 2), date(2100, 1, 1)))
    subjects = draw(counts)
    items = draw(st.sets(st.sampled_from(list(ITEM_BITS)), min_size=1))
    return IncidentCounts(
        id=f"incident-{number}",
        number=number,
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 1000))),
        items=tuple(sorted(items, key=ITEM_BITS.__getitem__)),
        records=draw(records()),
        subjects=subjects,
        lookups=tuple(
            LookupCounts(
                one.id,
                subjects,
                subjects + draw(counts),
                {f"missing:{one.fields[0]}": draw(counts)},
            )
            for one in asked
        ),
    )


@given(manifests())
def test_manifest_round_trip(manifest: Manifest) -> None:
    data = encode_manifest(manifest)
    assert decode_entry(data) == manifest
    assert encode_manifest(manifest) == data


@given(manifests(), st.data())
def test_a_manifest_cut_anywhere_is_refused(manifest: Manifest, data: st.DataObject) -> None:
    whole = encode_manifest(manifest)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert _code(decode_entry, cut) == "manifest-format"


@given(st.integers(0, 10_000), hashes, st.integers(0, 2**40), st.integers(0, 2**40))
def test_note_round_trip_and_cosigning_anew(size: int, root: bytes, old: int, new: int) -> None:
    checkpoint = Checkpoint(SERVICE.log.name, size, root)
    keys = [SERVICE.timestamp.vkey, SERVICE.witness.vkey]
    note = cosign(sign_checkpoint(checkpoint, SERVICE.log), SERVICE.timestamp, old)
    note = cosign(note, SERVICE.witness, 7)
    assert parse_note(note).encode() == note
    fresh = cosign(note, SERVICE.timestamp, new)
    signed = open_note(fresh, SERVICE.log.vkey, keys, None)
    assert signed.checkpoint == checkpoint
    assert signed.time == max(new, 7)
    assert cosign(fresh, SERVICE.timestamp, old) == note


@given(names.filter(lambda name: not name.startswith("+")), hashes, st.sampled_from([1, 4]))
def test_vkey_round_trip(name: str, public: bytes, kind: int) -> None:
    key = VKey(name, kind, public)
    assert VKey.parse(key.text) == key


@given(st.binary(max_size=200))
def test_no_bytes_break_the_readers(data: bytes) -> None:
    assert _code(decode_entry, data) in {None, "manifest-format"}
    assert _code(parse_note, data) in {None, "checkpoint"}
    assert _code(lambda one: loads(one, limit=200, code="service"), data) in {None, "service"}


@given(names, st.lists(st.tuples(names, hashes), max_size=3))
def test_service_document_round_trip(origin: str, evaluators: list[tuple[str, bytes]]) -> None:
    addresses = tuple(
        EvaluatorAddress(name, f"https://{i}.example.org:8001", public)
        for i, (name, public) in enumerate(evaluators)
    )
    document = ServiceDocument(
        origin=origin,
        log=SERVICE.log.vkey.text,
        timestamps=(SERVICE.timestamp.vkey.text,),
        buckets="http://127.0.0.1:8001/base",
        evaluators={"open": addresses, "code": ()},
    )
    assert ServiceDocument.decode(document.encode()) == document
