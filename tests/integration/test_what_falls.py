"""What falls when a part falls: THREAT-MODEL's table, each row tried by a thief who knows people.

The thief knows name, birth date, phone and mailbox of everybody in the leak, which is more than
most have, and tries to learn whether they are in it and what leaked of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from breachdesk.entry import Payload, Question, bucket_index, find_entries
from breachdesk.identifiers import canonical, oprf_input, token_input
from breachdesk.ingest import build
from breachdesk.keys import KeyFolder, open_folder
from breachdesk.release import Store, check_bucket
from breachdesk.voprf import evaluate_known, generate_key_pair, split_secret
from breachdesk.wire import bucket_path
from tests.factories.leaks import CODE_HEADER, CODE_INCIDENT, CODE_LOOKUP, Desk, people

OPEN_LOOKUP = "name+customer_number"
ITEMS = 0b1_0000_1111
COUNT = 40


@dataclass(frozen=True)
class Victim:
    """What the thief knows of a person."""

    name: bytes
    birth_date: bytes
    phone: bytes
    email: bytes
    customer_number: bytes


@dataclass(frozen=True)
class Thief:
    """Everything in the index, and the stolen keys of some kinds."""

    store: Store
    secrets: Mapping[str, bytes] = field(repr=False)

    def is_in_it(self, victim: Victim) -> list[Payload]:
        """By the open lookup."""
        fields = [("name", victim.name), ("customer_number", victim.customer_number)]
        return self._open(OPEN_LOOKUP, fields)

    def items_of(self, victim: Victim, token: bytes | None = None) -> list[Payload]:
        """By the code lookup, with a token of the thief's own making where none is given."""
        made = self._token(victim) if token is None else token
        fields = [("name", victim.name), ("birth_date", victim.birth_date), ("channel_token", made)]
        return self._open(CODE_LOOKUP, fields)

    def _token(self, victim: Victim) -> bytes:
        current = self.store.current()
        assert current is not None
        value = token_input(current.manifest.epoch, "phone", victim.phone)
        return evaluate_known(self._secret("channel"), value)

    def _secret(self, kind: str) -> bytes:
        """The stolen key, or the best that is left: a guess."""
        return self.secrets.get(kind) or generate_key_pair().secret

    def _open(self, lookup_id: str, fields: list[tuple[str, bytes]]) -> list[Payload]:
        current = self.store.current()
        assert current is not None
        manifest = current.manifest
        lookup = manifest.lookup(lookup_id)
        assert lookup is not None
        value = oprf_input(manifest.epoch, lookup_id, fields)
        out = evaluate_known(self._secret(lookup.assurance), value)
        index = bucket_index(out, manifest.buckets.count)
        body = check_bucket(self.store.read(bucket_path(current.number, index)), manifest, index)
        question = Question(out, manifest.release_id, lookup_id, lookup.assurance, lookup.reveals)
        incidents = [(one.number, one.item_mask) for one in manifest.incidents]
        found = find_entries(question, incidents, manifest.buckets.max_slots, body)
        return [one.payload for one in found]


@dataclass(frozen=True)
class Scene:
    """A published release with its keys, and the people in it."""

    store: Store
    keys: KeyFolder
    victims: tuple[Victim, ...]

    def thief(self, **stolen: bytes) -> Thief:
        return Thief(self.store, stolen)

    def whole(self, kind: str) -> bytes:
        return self.keys.oprf(kind).secret

    def found_by(self, thief: Thief) -> int:
        """People that the open lookup finds."""
        return sum(bool(thief.is_in_it(one)) for one in self.victims)

    def items_learnt_by(self, thief: Thief) -> int:
        """People whose items the code lookup gives."""
        return sum(any(one.items for one in thief.items_of(victim)) for victim in self.victims)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    desk = Desk.make(tmp_path_factory.mktemp("falls"), CODE_INCIDENT)
    rows = [(*row[:3], f"user{n}@example.com", row[3]) for n, row in enumerate(people(COUNT))]
    build(desk.request(desk.source(rows, header=CODE_HEADER)))
    victims = tuple(
        Victim(
            canonical("name", name),
            b"19" + canonical("rrn", rrn)[:6],
            canonical("phone", phone),
            canonical("email", mail),
            canonical("customer_number", number),
        )
        for name, rrn, phone, mail, number in rows
    )
    return Scene(Store(desk.folder / "releases"), open_folder(desk.folder / "keys"), victims)


def test_the_index_alone_tells_nothing(scene: Scene) -> None:
    thief = scene.thief()
    assert (scene.found_by(thief), scene.items_learnt_by(thief)) == (0, 0)


@pytest.mark.parametrize("share", [0, 1])
def test_the_index_and_one_share_tell_nothing(scene: Scene, share: int) -> None:
    stolen = {kind: split_secret(scene.whole(kind), 2)[share] for kind in ("open", "code")}
    thief = scene.thief(**stolen, channel=scene.whole("channel"))
    assert (scene.found_by(thief), scene.items_learnt_by(thief)) == (0, 0)


def test_all_shares_tell_who_is_in_it_and_no_items(scene: Scene) -> None:
    """Who is in it can be tried for all whose details are known; items need the channel still."""
    thief = scene.thief(open=scene.whole("open"), code=scene.whole("code"))
    assert scene.found_by(thief) == COUNT
    assert scene.items_learnt_by(thief) == 0
    assert all(one.items == 0 for victim in scene.victims for one in thief.is_in_it(victim))


def test_the_channel_key_alone_tells_nothing(scene: Scene) -> None:
    thief = scene.thief(channel=scene.whole("channel"))
    assert (scene.found_by(thief), scene.items_learnt_by(thief)) == (0, 0)


def test_all_shares_and_the_channel_key_tell_everything(scene: Scene) -> None:
    thief = scene.thief(
        open=scene.whole("open"), code=scene.whole("code"), channel=scene.whole("channel")
    )
    assert (scene.found_by(thief), scene.items_learnt_by(thief)) == (COUNT, COUNT)
    (payload,) = thief.items_of(scene.victims[0])
    assert payload.items == ITEMS


def test_whoever_reads_one_phone_learns_of_its_holder_alone(scene: Scene) -> None:
    """The SMS gateway: it reads codes, so it gets tokens, one asked-for number at a time.

    The keys stand here for the services, which evaluate what anybody asks.
    """
    gateway = scene.thief(code=scene.whole("code"), channel=scene.whole("channel"))
    mine, other = scene.victims[:2]
    token = gateway._token(mine)
    assert [one.items for one in gateway.items_of(mine, token)] == [ITEMS]
    assert gateway.items_of(other, token) == []
