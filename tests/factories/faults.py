"""Faults on the way of a question, for a proxy that tampers and services that lie.

What needs signatures is signed with the service's own keys.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from breachdesk.client import possession_context
from breachdesk.release import (
    BucketTree,
    Checkpoint,
    KeyList,
    Lookup,
    Manifest,
    Share,
    Tombstone,
    cosign,
    encode_manifest,
    encode_tombstone,
    entry_hash,
    leaf_hash,
    log_root,
    sign_checkpoint,
)
from breachdesk.voprf import derive_key_pair, prove_possession
from breachdesk.wire import EvaluatorAddress, problem_body
from tests.factories.channel_answers import Channel
from tests.factories.proxied import Fault, Reply, Served
from tests.factories.questions import EPOCH
from tests.factories.releases import ORIGIN, FixedSigner, seed

OTHER = derive_key_pair(seed("other"), b"")
CHALLENGE = "/challenge/"
TICKET, TOKEN = "/channel/ask", "/channel/token"
PHONE, OTHER_PHONE = b"+821010002005", b"+821010002006"


@dataclass(frozen=True, slots=True)
class Case:
    """`make` gives the fault of a service; `only_hit` if a stranger would not meet it."""

    code: str
    name: str
    make: Callable[[Served], Fault]
    later: int = 0
    only_hit: bool = False
    evaluators: str = "one"


def at(part: str, change: Callable[[Reply], Reply | None]) -> Callable[[Served], Fault]:
    """Change the replies to paths with this part."""
    return lambda _: lambda path, reply: change(reply) if part in path else reply


def status(number: int, **headers: str) -> Callable[[Reply], Reply]:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Reply(number, b"{}", fields)


def body(change: Callable[[bytes], bytes]) -> Callable[[Reply], Reply]:
    return lambda reply: replace(reply, body=change(reply.body))


def flip(place: int) -> Callable[[Reply], Reply]:
    def change(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[place] ^= 1
        return bytes(changed)

    return body(change)


def other_letter(place: int) -> Callable[[Reply], Reply]:
    """Another letter of Base64, which a flipped bit need not leave."""

    def change(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[place] = ord("B") if changed[place] == ord("A") else ord("A")
        return bytes(changed)

    return body(change)


def hang_up(_: Reply) -> None:
    return None


def files(served: Served, entries: list[bytes], signer: FixedSigner | None = None) -> Fault:
    """A log of these entries, signed with the service's keys."""
    leaves = [entry_hash(one) for one in entries]
    checkpoint = Checkpoint(ORIGIN, len(entries), log_root(leaves))
    note = sign_checkpoint(checkpoint, signer or served.keys.log)
    found = {
        "v1/checkpoint": cosign(note, served.keys.timestamp, int(time.time())),
        "/leaves": b"".join(leaves),
    }
    for number, entry in enumerate(entries, 1):
        found[f"/{number:06d}/entry.json"] = entry

    def fault(path: str, reply: Reply) -> Reply:
        ends = [end for end in found if path.endswith(end)]
        return Reply(200, found[ends[0]]) if ends else reply

    return fault


def retired(served: Served) -> Fault:
    """The release, and a tombstone for each of its incidents after it."""
    ids = [one.id for one in served.built.manifest.incidents]
    graves = [
        encode_tombstone(Tombstone(ORIGIN, number, one, {"ko": "끝", "en": "over"}))
        for number, one in enumerate(ids, 2)
    ]
    return files(served, [served.built.entry, *graves])


def manifest(change: Callable[[Manifest], Manifest]) -> Callable[[Served], Fault]:
    """Another manifest, properly signed."""
    return lambda served: files(served, [encode_manifest(change(served.built.manifest))])


def text(old: bytes, new: bytes) -> Callable[[Served], Fault]:
    """Other bytes in the manifest, properly signed."""
    return lambda served: files(served, [served.built.entry.replace(old, new)])


def keys(change: Callable[[KeyList], KeyList]) -> Callable[[Served], Fault]:
    return manifest(lambda one: replace(one, keys={"open": change(one.keys["open"])}))


def possession(one: KeyList) -> KeyList:
    bad = bytearray(one.shares[0].possession)
    bad[40] ^= 1
    return replace(one, shares=(replace(one.shares[0], possession=bytes(bad)), *one.shares[1:]))


def code_too(one: Manifest) -> Manifest:
    """A release that has code lookups as well, for which the service names no evaluator."""
    own = {kind: _own_key(kind) for kind in ("code", "channel")}
    lookup = Lookup("name+channel_token", ("name", "channel_token"), "code", "items", ("phone",))
    return replace(one, keys={**one.keys, **own}, lookups=(*one.lookups, lookup))


def _own_key(kind: str) -> KeyList:
    possession = prove_possession(OTHER.secret, possession_context(kind, EPOCH))
    return KeyList(OTHER.public, (Share(OTHER.public, possession),))


def doubled(served: Served) -> Fault:
    """The evaluator named twice."""
    found = served.document.evaluators["open"]
    return saying(evaluators={"open": found * 2, "code": ()})(served)


def sealed(served: Served) -> Fault:
    """A release in which no entry opens, true in everything else."""
    shape = served.built.manifest.buckets
    bodies = [spoil(one[: 64 + 64 * shape.capacity]) for one in served.built.buckets]
    tree = BucketTree(leaf_hash(one) for one in bodies)
    changed = replace(served.built.manifest, buckets=replace(shape, root=tree.root))
    log = files(served, [encode_manifest(changed)])

    def fault(path: str, reply: Reply) -> Reply | None:
        if "/buckets/0" not in path:
            return log(path, reply)
        index = int(path.rpartition("/")[2], 16)
        return Reply(200, bodies[index] + tree.path(index))

    return fault


def spoil(data: bytes) -> bytes:
    changed = bytearray(data)
    for last in range(127, len(data), 64):
        changed[last] ^= 1
    return bytes(changed)


def saying(**changes: object) -> Callable[[Served], Fault]:
    """Another service document."""

    def make(served: Served) -> Fault:
        served.say(**changes)
        return lambda _, reply: reply

    return make


def strangers(served: Served) -> Fault:
    """An evaluator whose key the manifest does not have."""
    found = EvaluatorAddress("x", f"{served.url}/e0", OTHER.public)
    return saying(evaluators={"open": (found,), "code": ()})(served)


def swapped(_: Served) -> Fault:
    """Each evaluator answers in the other's place: their proofs do not fit the keys."""
    held: list[bytes] = []

    def fault(path: str, reply: Reply) -> Reply:
        if "evaluate" in path:
            held.append(reply.body)
            return replace(reply, body=held[0])
        return reply

    return fault


def elsewhere(served: Served) -> Fault:
    """Another bucket than the one asked for."""
    buckets = served.built.buckets

    def fault(path: str, reply: Reply) -> Reply:
        if "/buckets/0" not in path:
            return reply
        return Reply(200, buckets[int(path.rpartition("/")[2], 16) ^ 1])

    return fault


def challenge(**changes: object) -> Callable[[Served], Fault]:
    """Other parameters in the challenge."""

    def change(data: bytes) -> bytes:
        found = json.loads(data)
        found["parameters"].update(changes)
        return json.dumps(found).encode()

    return at(CHALLENGE, body(change))


def refused(_: Reply) -> Reply:
    return Reply(403, problem_body("proof-of-work"))


def channel_of(served: Served) -> Channel:
    assert served.front.channel is not None
    return served.front.channel


def answering(change: Callable[[Channel], bytes]) -> Callable[[Served], Fault]:
    """Another evaluation of the channel service."""

    def make(served: Served) -> Fault:
        data = change(channel_of(served))
        return lambda path, reply: Reply(200, data) if path.endswith(TOKEN) else reply

    return make


def evaluation(service: Channel, **changes: Any) -> bytes:
    about = {"channel": "phone", "address": PHONE} | changes
    return service.keys.evaluation(**about)


def mixed(first: bytes, second: bytes) -> bytes:
    """The element of one with the proof of another."""
    return first[:32] + second[32:]


def other_key(channel: Channel) -> Channel:
    return replace(channel, keys=replace(channel.keys, channel=OTHER.secret))


def without_phones(served: Served) -> Fault:
    found = served.document.channel
    assert found is not None
    return saying(channel=replace(found, channels=("letter",)))(served)


def without_code_evaluator(served: Served) -> Fault:
    return saying(evaluators={**served.document.evaluators, "code": ()})(served)
