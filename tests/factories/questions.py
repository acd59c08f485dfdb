"""Small releases that can be asked: made people, two incidents, slots, one or two evaluators.

Keys are fixed ones, or those of a key folder. With fixed keys every byte is the same each time.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from breachdesk.client import possession_context
from breachdesk.entry import Payload, bucket_index, seal
from breachdesk.identifiers import canonical, oprf_input
from breachdesk.keys import KeyFolder
from breachdesk.release import (
    Buckets,
    BucketTree,
    IncidentCounts,
    KeyList,
    Lookup,
    LookupCounts,
    Manifest,
    Records,
    Share,
    Signer,
    encode_bucket,
    item_mask,
    leaf_hash,
    padding_key,
    release_id,
)
from breachdesk.voprf import (
    Evaluator,
    blind,
    combine_public,
    derive_key_pair,
    evaluate_known,
    prove_possession,
    public_key,
    split_secret,
)
from tests.factories.releases import ORIGIN, Build, Service, seed

EPOCH = 1
CAPACITY = 16
ONE = b"\x01" + bytes(31)
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of ristretto255 (RFC 9496 section 4)."""

BY_PERSON = Lookup("name+birth_date+phone", ("name", "birth_date", "phone"), "open", "items")
BY_CUSTOMER = Lookup("name+customer_number", ("name", "customer_number"), "open", "membership")
BY_PHONE = Lookup("phone", ("phone",), "open", "items")
LOOKUPS = (BY_PERSON, BY_CUSTOMER, BY_PHONE)

FIRST, SECOND = ("kt-2012", 3), ("kt-2014", 7)
ITEMS = {
    FIRST[1]: ("name", "phone", "subscription"),
    SECOND[1]: ("name", "rrn", "phone", "address", "card_number"),
}
_SYLLABLES = "가나다라마바사아자차카타파하"


@dataclass(frozen=True, slots=True)
class Person:
    """What one would type, by field, and the incidents that one is in."""

    typed: dict[str, str]
    incidents: tuple[int, ...]

    def asks(self, lookup: Lookup) -> dict[str, str]:
        return {name: self.typed[name] for name in lookup.fields}


def people(count: int = 30) -> list[Person]:
    """0 and 1 share a phone, 2 is in both incidents, the last has no phone."""
    return [_person(i, count) for i in range(count)]


def _person(i: int, count: int) -> Person:
    typed = {
        "name": f"홍 {_SYLLABLES[i % 14]}{_SYLLABLES[i // 14]}",
        "birth_date": f"19{60 + i}-0{i % 9 + 1}-1{i % 10}",
        "phone": f"010-1000-{2000 + max(i, 1)}",
        "customer_number": f"K-{7000 + i}",
    }
    if i == count - 1:
        del typed["phone"]
    return Person(typed, (FIRST[1], SECOND[1]) if i == 2 else (SECOND[1],))


STRANGER = Person(
    {
        "name": "성춘향",
        "birth_date": "1971-03-04",
        "phone": "010-9999-8888",
        "customer_number": "K-1",
    },
    (),
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a release: shares of the open key with their possessions, and the rest."""

    secret: bytes
    shares: tuple[bytes, ...]
    possessions: tuple[bytes, ...]
    log: Signer
    timestamp: Signer
    release: bytes
    padding: bytes

    @property
    def key_list(self) -> KeyList:
        shares = zip(map(public_key, self.shares), self.possessions, strict=True)
        return KeyList(public_key(self.secret), tuple(Share(*one) for one in shares))


def fixed_keys(evaluators: int = 1) -> Keys:
    """One or two evaluators under the same open key."""
    secret = derive_key_pair(seed("oprf-open"), b"whole").secret
    shares: tuple[bytes, ...] = (secret,)
    if evaluators == 2:
        first = derive_key_pair(seed("oprf-open"), b"first share").secret
        rest = (int.from_bytes(secret, "little") - int.from_bytes(first, "little")) % ORDER
        shares = (first, rest.to_bytes(32, "little"))
    assert combine_public([public_key(one) for one in shares]) == public_key(secret)
    signers = Service()
    return Keys(
        secret,
        shares,
        tuple(fixed_possession(one) for one in shares),
        signers.log,
        signers.timestamp,
        seed("release"),
        seed("padding"),
    )


def fixed_possession(secret: bytes, context: bytes | None = None) -> bytes:
    """A proof of possession whose nonce is fixed: for vectors only (section 5.4)."""
    about = possession_context("open", EPOCH) if context is None else context
    element = blind(about, fixed_blind=ONE).element
    found = Evaluator(secret).evaluate(element, fixed_nonce=fixed_nonce("possession"))
    return found.element + found.proof


def fixed_nonce(label: str) -> bytes:
    return derive_key_pair(seed("nonce"), label.encode()).secret


def folder_keys(folder: KeyFolder, evaluators: int = 1) -> Keys:
    """The keys of a key folder; with two evaluators its open key is split."""
    key = folder.oprf("open")
    shares: tuple[bytes, ...] = (key.secret,)
    possessions: tuple[bytes, ...] = (key.possession,)
    if evaluators > 1:
        context = possession_context("open", folder.epoch)
        shares = tuple(split_secret(key.secret, evaluators))
        possessions = tuple(prove_possession(one, context) for one in shares)
    signers = (folder.log, folder.timestamp)
    return Keys(key.secret, shares, possessions, *signers, folder.release, folder.padding)


def build(
    keys: Keys, number: int = 1, who: list[Person] | None = None, *, origin: str = ORIGIN
) -> Build:
    """The release of these people, under every lookup and incident that they are in."""
    who = people() if who is None else who
    rid = release_id(keys.release, number, [seed("source")], b"m", b"i", b"p")
    entries = [one for lookup in LOOKUPS for one in _entries(keys.secret, rid, lookup, who)]
    count = 1
    while len(fullest := max(_split(entries, count), key=len)) > CAPACITY:
        count *= 2
    assert fullest
    padding = padding_key(keys.padding, rid)
    bodies = [
        encode_bucket(rid, index, count, CAPACITY, one, padding)
        for index, one in enumerate(_split(entries, count))
    ]
    tree = BucketTree(leaf_hash(body) for body in bodies)
    manifest = Manifest(
        origin=origin,
        release=number,
        release_id=rid,
        epoch=EPOCH,
        keys={"open": keys.key_list},
        buckets=Buckets(count, CAPACITY, tree.root, 2),
        lookups=LOOKUPS,
        incidents=tuple(_counts(*incident, who) for incident in (FIRST, SECOND)),
    )
    return Build(manifest, tuple(body + tree.path(i) for i, body in enumerate(bodies)))


def value_of(lookup: Lookup, typed: dict[str, str]) -> bytes:
    """The OPRF input of what was typed."""
    fields = [(name, canonical(name, typed[name])) for name in lookup.fields]
    return oprf_input(EPOCH, lookup.id, fields)


def _entries(
    secret: bytes, rid: bytes, lookup: Lookup, who: list[Person]
) -> list[tuple[bytes, bytes]]:
    """Outputs and entries: subjects with one input take slots in their order."""
    slots: dict[tuple[bytes, int], int] = defaultdict(int)
    found = []
    for person in who:
        if not set(lookup.fields) <= person.typed.keys():
            continue
        out = evaluate_known(secret, value_of(lookup, person.typed))
        for incident in person.incidents:
            slot = slots[out, incident]
            slots[out, incident] += 1
            payload = _payload(lookup, incident).encode()
            found.append((out, seal(out, rid, lookup.id, slot, payload)))
    return found


def _payload(lookup: Lookup, incident: int) -> Payload:
    if lookup.reveals == "membership":
        return Payload(incident, 0, 0, 0, 0)
    return Payload(incident, item_mask(ITEMS[incident]), 15_737, 16_129, 2)


def _split(entries: list[tuple[bytes, bytes]], count: int) -> list[list[bytes]]:
    buckets: list[list[bytes]] = [[] for _ in range(count)]
    for out, entry in entries:
        buckets[bucket_index(out, count)].append(entry)
    return buckets


def _counts(incident_id: str, number: int, who: list[Person]) -> IncidentCounts:
    members = [one for one in who if number in one.incidents]
    lookups = []
    for lookup in LOOKUPS:
        able = [one for one in members if set(lookup.fields) <= one.typed.keys()]
        missing = len(members) - len(able)
        left_out = {f"missing:{lookup.fields[-1]}": missing} if missing else {}
        lookups.append(LookupCounts(lookup.id, len(able), len(able), left_out))
    return IncidentCounts(
        id=incident_id,
        number=number,
        first=date(2013, 2, 1),
        last=date(2014, 2, 28),
        items=ITEMS[number],
        records=Records(len(members) + 1, len(members), {"shape": 1}),
        subjects=len(members),
        lookups=tuple(lookups),
    )
