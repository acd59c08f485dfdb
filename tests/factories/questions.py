"""Small releases that can be asked: made people, two incidents, slots, one or two evaluators.

Keys are fixed ones, or those of a key folder. With fixed keys every byte is the same each time.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from breachdesk.client import possession_context
from breachdesk.entry import Payload, bucket_index, claim_token, seal, subject_id
from breachdesk.identifiers import canonical, letter_id, oprf_input, token_input
from breachdesk.incident import TOKEN_FIELD
from breachdesk.keys import KeyFolder
from breachdesk.release import (
    Buckets,
    BucketTree,
    Change,
    IncidentCounts,
    KeyList,
    Lookup,
    LookupCounts,
    Manifest,
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
from tests.factories.releases import ORIGIN, Build, Service, one_source, seed

EPOCH = 1
CAPACITY = 16
ONE = b"\x01" + bytes(31)
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of ristretto255 (RFC 9496 section 4)."""

BY_PERSON = Lookup("name+birth_date+phone", ("name", "birth_date", "phone"), "open", "items")
BY_CUSTOMER = Lookup("name+customer_number", ("name", "customer_number"), "open", "membership")
BY_PHONE = Lookup("phone", ("phone",), "open", "items")
LOOKUPS = (BY_PERSON, BY_CUSTOMER, BY_PHONE)
BY_CODE = Lookup(
    "name+birth_date+channel_token",
    ("name", "birth_date", "channel_token"),
    "code",
    "items",
    ("phone", "email", "letter"),
)

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
        return {name: self.typed[name] for name in lookup.fields if name != TOKEN_FIELD}

    @property
    def subject(self) -> bytes:
        return subject_id(seed("subject"), 0, [self.typed["customer_number"].encode()])

    def addresses(self, keys: "CodeKeys", incident: int) -> dict[str, bytes]:
        """By channel, canonical; the letter of an incident."""
        typed = (name for name in ("phone", "email") if name in self.typed)
        found = {name: canonical(name, self.typed[name]) for name in typed}
        return found | {"letter": letter_id(keys.letter, incident, self.subject).encode()}


def people(count: int = 30) -> list[Person]:
    """0 and 1 share a phone, 2 is in both incidents, the last has no phone."""
    return [_person(i, count) for i in range(count)]


def _person(i: int, count: int) -> Person:
    typed = {
        "name": f"홍 {_SYLLABLES[i % 14]}{_SYLLABLES[i // 14]}",
        "birth_date": f"19{60 + i}-0{i % 9 + 1}-1{i % 10}",
        "phone": f"010-1000-{2000 + max(i, 1)}",
        "customer_number": f"K-{7000 + i}",
        "email": f"Hong{i}@example.org",
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
        "email": "chunhyang@example.org",
    },
    (),
)


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """What code lookups take: the shares of the code key, the channel key, the letter key."""

    shares: tuple[bytes, ...]
    possessions: tuple[bytes, ...]
    channel: bytes
    channel_possession: bytes
    letter: bytes

    @property
    def secret(self) -> bytes:
        """The whole code key."""
        total = sum(int.from_bytes(one, "little") for one in self.shares) % ORDER
        return total.to_bytes(32, "little")

    def token(self, channel: str, address: bytes, epoch: int = EPOCH) -> bytes:
        return evaluate_known(self.channel, token_input(epoch, channel, address))

    def evaluation(
        self, channel: str, address: bytes, epoch: int = EPOCH, nonce: bytes | None = None
    ) -> bytes:
        """The channel service's 96 bytes (PROTOCOL 4.4)."""
        element = blind(token_input(epoch, channel, address), fixed_blind=ONE).element
        found = Evaluator(self.channel).evaluate(element, fixed_nonce=nonce)
        return found.element + found.proof


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a release: shares of the open key with their possessions, and the rest.

    `coded` is None where no lookup takes codes.
    """

    secret: bytes
    shares: tuple[bytes, ...]
    possessions: tuple[bytes, ...]
    log: Signer
    timestamp: Signer
    release: bytes
    padding: bytes
    coded: CodeKeys | None = None

    @property
    def key_list(self) -> KeyList:
        return _key_list(self.shares, self.possessions)

    @property
    def key_lists(self) -> dict[str, KeyList]:
        """Of every kind in use."""
        if self.coded is None:
            return {"open": self.key_list}
        return {
            "open": self.key_list,
            "code": _key_list(self.coded.shares, self.coded.possessions),
            "channel": _key_list((self.coded.channel,), (self.coded.channel_possession,)),
        }

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        return LOOKUPS if self.coded is None else (*LOOKUPS, BY_CODE)


def _key_list(shares: tuple[bytes, ...], possessions: tuple[bytes, ...]) -> KeyList:
    publics = [public_key(one) for one in shares]
    listed = tuple(Share(*one) for one in zip(publics, possessions, strict=True))
    return KeyList(combine_public(publics), listed)


def _fixed_shares(kind: str, evaluators: int) -> tuple[bytes, ...]:
    secret = derive_key_pair(seed(f"oprf-{kind}"), b"whole").secret
    if evaluators == 1:
        return (secret,)
    first = derive_key_pair(seed(f"oprf-{kind}"), b"first share").secret
    rest = (int.from_bytes(secret, "little") - int.from_bytes(first, "little")) % ORDER
    return first, rest.to_bytes(32, "little")


def _fixed_code_keys(evaluators: int) -> CodeKeys:
    shares = _fixed_shares("code", evaluators)
    channel = derive_key_pair(seed("oprf-channel"), b"whole").secret
    return CodeKeys(
        shares,
        tuple(fixed_possession(one, possession_context("code", EPOCH)) for one in shares),
        channel,
        fixed_possession(channel, possession_context("channel", EPOCH)),
        seed("letter"),
    )


def fixed_keys(evaluators: int = 1, *, codes: bool = False) -> Keys:
    """One or two evaluators under the same open key, and code key if asked for."""
    secret = derive_key_pair(seed("oprf-open"), b"whole").secret
    shares = _fixed_shares("open", evaluators)
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
        _fixed_code_keys(evaluators) if codes else None,
    )


def fixed_possession(secret: bytes, context: bytes | None = None) -> bytes:
    """A proof of possession whose nonce is fixed: for vectors only (section 5.4)."""
    about = possession_context("open", EPOCH) if context is None else context
    element = blind(about, fixed_blind=ONE).element
    found = Evaluator(secret).evaluate(element, fixed_nonce=fixed_nonce("possession"))
    return found.element + found.proof


def fixed_nonce(label: str) -> bytes:
    return derive_key_pair(seed("nonce"), label.encode()).secret


def folder_keys(folder: KeyFolder, evaluators: int = 1, *, codes: bool = False) -> Keys:
    """The keys of a key folder; with two evaluators its open key is split."""
    key = folder.oprf("open")
    shares: tuple[bytes, ...] = (key.secret,)
    possessions: tuple[bytes, ...] = (key.possession,)
    if evaluators > 1:
        context = possession_context("open", folder.epoch)
        shares = tuple(split_secret(key.secret, evaluators))
        possessions = tuple(prove_possession(one, context) for one in shares)
    coded = None
    if codes:
        code, channel = folder.oprf("code"), folder.oprf("channel")
        coded = CodeKeys(
            (code.secret,),
            (code.possession,),
            channel.secret,
            channel.possession,
            folder.letter,
        )
    signers = (folder.log, folder.timestamp)
    return Keys(key.secret, shares, possessions, *signers, folder.release, folder.padding, coded)


def build(
    keys: Keys, number: int = 1, who: list[Person] | None = None, *, origin: str = ORIGIN
) -> Build:
    """The release of these people, under every lookup and incident that they are in."""
    who = people() if who is None else who
    rid = release_id(keys.release, number, [seed("source")], b"m", b"i", b"p")
    entries = [one for lookup in LOOKUPS for one in _entries(keys.secret, rid, lookup, who)]
    entries += _code_entries(keys.coded, rid, who) if keys.coded else []
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
    counts = tuple(_counts(*incident, who, keys) for incident in (FIRST, SECOND))
    manifest = Manifest(
        origin=origin,
        release=number,
        release_id=rid,
        epoch=EPOCH,
        keys=keys.key_lists,
        buckets=Buckets(count, CAPACITY, tree.root, 2),
        lookups=keys.lookups,
        incidents=counts,
        changes=tuple(
            Change(one.id, "first", date(2014, 4, 3), one.records.indexed, one.subjects)
            for one in counts
        ),
    )
    return Build(manifest, tuple(body + tree.path(i) for i, body in enumerate(bodies)))


def value_of(lookup: Lookup, typed: dict[str, str], token: bytes | None = None) -> bytes:
    """The OPRF input of what was typed, and of a channel token."""
    names = [name for name in lookup.fields if name != TOKEN_FIELD]
    fields = [(name, canonical(name, typed[name])) for name in names]
    if token is not None:
        fields.append((TOKEN_FIELD, token))
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


def _code_entries(keys: CodeKeys, rid: bytes, who: list[Person]) -> list[tuple[bytes, bytes]]:
    """An entry for each address of a person; 0 and 1 share a phone, and have other names."""
    found = []
    for person in who:
        for incident in person.incidents:
            sealed = replace(
                _payload(BY_CODE, incident),
                subject_id=person.subject,
                claim_token=claim_token(seed("claim"), incident, person.subject),
            ).encode()
            for channel, address in person.addresses(keys, incident).items():
                value = value_of(BY_CODE, person.typed, keys.token(channel, address))
                out = evaluate_known(keys.secret, value)
                found.append((out, seal(out, rid, BY_CODE.id, 0, sealed)))
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


def _counts(incident_id: str, number: int, who: list[Person], keys: Keys) -> IncidentCounts:
    members = [one for one in who if number in one.incidents]
    lookups = []
    for lookup in LOOKUPS:
        able = [one for one in members if set(lookup.fields) <= one.typed.keys()]
        missing = len(members) - len(able)
        left_out = {f"missing:{lookup.fields[-1]}": missing} if missing else {}
        lookups.append(LookupCounts(lookup.id, len(able), len(able), left_out))
    if keys.coded:
        entries = sum(len(one.addresses(keys.coded, number)) for one in members)
        lookups.append(LookupCounts(BY_CODE.id, len(members), entries, {}))
    return IncidentCounts(
        id=incident_id,
        number=number,
        first=date(2013, 2, 1),
        last=date(2014, 2, 28),
        items=ITEMS[number],
        records=one_source(1, len(members), {"shape": 1}),
        subjects=len(members),
        lookups=tuple(lookups),
    )
