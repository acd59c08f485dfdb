"""Both ways to build with split keys give the bytes of the whole key; nothing less is published."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from breachdesk.audit import read
from breachdesk.entry import EntryError, Question, bucket_index, find_entries
from breachdesk.identifiers import canonical, oprf_input
from breachdesk.ingest import (
    BuildError,
    BuildRequest,
    RetireError,
    RetireRequest,
    build,
    retire_epoch,
)
from breachdesk.keys import (
    AUDIT_FILE,
    KeyDestroyed,
    SplitRequest,
    builder_vkey,
    create,
    destroy,
    open_folder,
    rotate,
    split,
)
from breachdesk.release import Store, Tombstone, VKey, check_bucket, decode_entry, verify_store
from breachdesk.voprf import evaluate_known
from breachdesk.wire import bucket_path, entry_path
from tests.factories.holders import Split, make_split, run_command, running_evaluator
from tests.factories.leaks import (
    CODE_HEADER,
    CODE_INCIDENT,
    INCIDENT,
    KIM,
    LEE,
    csv_text,
    people,
    tree,
)

PHONE = "name+birth_date+phone"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Split:
    return make_split(tmp_path_factory.mktemp("split"))


@pytest.fixture(scope="module")
def holder(made: Split) -> Iterator[str]:
    """The other evaluator, which takes batches from this builder."""
    with running_evaluator(made.holder, "--builder", builder_vkey(made.builder)) as url:
        yield url


def remote(made: Split, source: Path, url: str, releases: str) -> BuildRequest:
    """A build with the builder's share and the other evaluator."""
    return replace(made.desk.request(source, releases=releases), keys=made.builder, peers=(url,))


def test_both_ways_give_the_bytes_of_the_whole_key(made: Split, holder: str) -> None:
    source = made.desk.source([KIM, LEE, *people(3000)])
    told: list[tuple[str, int]] = []
    ceremony = build(made.desk.request(source, releases="ceremony"))
    batches = build(
        remote(made, source, holder, "batches"), lambda stage, done, *_: told.append((stage, done))
    )
    assert tree(made.desk.folder / "ceremony") == tree(made.desk.folder / "batches")
    assert ceremony.release_id == batches.release_id
    log = VKey.parse(open_folder(made.builder, only=()).public.log)
    assert verify_store(made.desk.folder / "batches", log).findings == []
    current = Store(made.desk.folder / "batches").current()
    assert current is not None
    assert len(current.manifest.keys["open"].shares) == 2
    assert [done for stage, done in told if stage == "remote"][-1] == batches.evaluations


def test_code_lookups_too(tmp_path: Path) -> None:
    made = make_split(tmp_path, incident=CODE_INCIDENT)
    rows = [
        (name, rrn, phone, f"p{number}@example.org", number)
        for name, rrn, phone, number in people(200)
    ]
    source = made.desk.source(rows, header=CODE_HEADER)
    with running_evaluator(made.holder, "--builder", builder_vkey(made.builder)) as url:
        build(made.desk.request(source, releases="ceremony"))
        build(remote(made, source, url, "batches"))
    assert tree(tmp_path / "ceremony") == tree(tmp_path / "batches")


def test_a_share_alone_opens_nothing(made: Split, holder: str) -> None:
    """With one share and the whole release, no entry of a sample opens."""
    rows = people(150)
    source = made.desk.source(rows, "sample.csv")
    build(remote(made, source, holder, "sample"))
    store = Store(made.desk.folder / "sample")
    whole = open_folder(made.whole, only=("oprf-open",)).oprf("open").secret
    assert opened(store, whole, rows) == 150
    for folder in (made.builder, made.holder):
        share = open_folder(folder, only=("oprf-open",)).oprf("open").secret
        assert opened(store, share, rows) == 0


def opened(store: Store, secret: bytes, rows: list[tuple[str, str, str, str]]) -> int:
    """How many people somebody finds who holds `secret` and knows what they would type."""
    current = store.current()
    assert current is not None
    manifest = current.manifest
    buckets = [
        check_bucket(store.read(bucket_path(current.number, index)), manifest, index)
        for index in range(manifest.buckets.count)
    ]
    found = 0
    for name, rrn, phone, _ in rows:
        birth = canonical("birth_date", f"19{rrn[:6]}")
        fields = [
            ("name", canonical("name", name)),
            ("birth_date", birth),
            ("phone", canonical("phone", phone)),
        ]
        out = evaluate_known(secret, oprf_input(manifest.epoch, PHONE, fields))
        question = Question(out, manifest.release_id, PHONE, "open", "items")
        body = buckets[bucket_index(out, manifest.buckets.count)]
        try:
            found += bool(find_entries(question, [(3, 0xFFFF)], 8, body))
        except EntryError:
            continue
    return found


def test_a_share_cannot_build_alone_and_whole_keys_ask_nobody(made: Split, holder: str) -> None:
    source = made.desk.source([KIM])
    with pytest.raises(BuildError, match=r"share 1 of 2.*--peer"):
        build(replace(made.desk.request(source, releases="no"), keys=made.builder))
    with pytest.raises(BuildError, match="whole"):
        build(replace(made.desk.request(source, releases="no"), peers=(holder,)))
    assert not (made.desk.folder / "no").exists()


def test_another_holder_and_no_holder_are_refused(made: Split, holder: str, tmp_path: Path) -> None:
    source = made.desk.source([KIM])
    stranger = make_split(tmp_path)
    with (
        running_evaluator(stranger.holder) as url,
        pytest.raises(BuildError, match=f"{url} and our share of kind open do not sum"),
    ):
        build(remote(made, source, url, "no"))
    with pytest.raises(BuildError, match=r"127\.0\.0\.1:1 does not answer"):
        build(remote(made, source, "http://127.0.0.1:1", "no"))
    with running_evaluator(made.builder) as url, pytest.raises(BuildError, match="same share"):
        build(remote(made, source, url, "no"))
    with pytest.raises(BuildError, match="same share"):
        build(replace(remote(made, source, holder, "no"), peers=(holder, holder)))


def test_a_holder_without_our_key_takes_no_batches(made: Split, tmp_path: Path) -> None:
    source = made.desk.source([KIM])
    with running_evaluator(made.holder) as url, pytest.raises(BuildError, match="takes no batch"):
        build(remote(made, source, url, "no"))
    create(tmp_path / "other", origin="breachdesk.invalid/other")
    with (
        running_evaluator(made.holder, "--builder", builder_vkey(tmp_path / "other")) as url,
        pytest.raises(BuildError, match=r"refuses our batches.*keys builder"),
    ):
        build(remote(made, source, url, "no"))
    assert Store(made.desk.folder / "no").current() is None


def test_a_spent_budget_of_the_holder_stops_the_build(made: Split) -> None:
    source = made.desk.source(people(400), "budget.csv")
    more = ("--builder", builder_vkey(made.builder), "--budget-day", "300")
    state = made.desk.folder / "budget-state"
    with (
        running_evaluator(made.holder, *more, "--state", state) as url,
        pytest.raises(BuildError, match="status 503"),
    ):
        build(remote(made, source, url, "budget"))


def test_a_holder_that_dies_in_mid_build_leaves_the_last_release(tmp_path: Path) -> None:
    made = make_split(tmp_path)
    first, second = made.desk.source([KIM]), made.desk.source(people(20_000), "many.csv")
    with running_evaluator(made.holder, "--builder", builder_vkey(made.builder)) as url:
        build(remote(made, first, url, "releases"))
    before = tree(tmp_path / "releases")
    failed: list[BuildError] = []
    asked = threading.Event()

    def told(stage: str, done: int, *_: object) -> None:
        if stage == "remote" and done:
            asked.set()

    def building(url: str) -> None:
        try:
            build(replace(remote(made, second, url, "releases"), amend="replace"), told)
        except BuildError as error:
            failed.append(error)

    with running_evaluator(made.holder, "--builder", builder_vkey(made.builder)) as url:
        thread = threading.Thread(target=building, args=(url,))
        thread.start()
        assert asked.wait(60) or failed
    thread.join(120)
    assert failed, "the build outran the holder's end"
    assert failed[0].kind == "peer"
    assert url in str(failed[0])
    assert "the last release is untouched" in str(failed[0])
    now = tree(tmp_path / "releases")
    assert {name: now[name] for name in now if not name.startswith(".building/")} == before


def test_the_ceremony_from_start_to_end(tmp_path: Path) -> None:
    """Made, split, used, destroyed, by the commands; all told."""
    folder = tmp_path
    (folder / "incident.toml").write_text(INCIDENT, "utf-8")
    source = folder / "leak.csv"
    source.write_text(csv_text([KIM, LEE]), "utf-8")
    whole, builder, holder = folder / "whole", folder / "builder", folder / "holder"
    steps = [
        ("keys", "new", whole, "--origin", "breachdesk.invalid/test"),
        ("keys", "split", whole, "--into", builder, holder, "--keep-whole"),
        ("build", "--incident", folder / "incident.toml", "--source", source, "--keys", whole,
         "--releases", folder / "releases"),
        ("keys", "destroy", whole, "--key", "oprf-open", "--key", "oprf-code", "--yes"),
        ("audit", "verify", whole / AUDIT_FILE),
    ]  # fmt: skip
    for step in steps:
        done = run_command(*step)
        assert done.returncode == 0, done.stdout + done.stderr
    events = [(one.event, dict(one.facts)) for one in read(whole / AUDIT_FILE)]
    assert [event for event, _ in events] == [
        "keys.made", "keys.split", "keys.used", "keys.destroyed", "keys.destroyed",
    ]  # fmt: skip
    assert not (whole / "oprf-open.key").exists()
    with pytest.raises(KeyDestroyed):
        open_folder(whole, only=("oprf-open",))
    again = run_command(
        "build", "--incident", folder / "incident.toml", "--source", source, "--keys", whole,
        "--releases", folder / "releases",
    )  # fmt: skip
    assert again.returncode == 2
    assert "was destroyed" in again.stderr


def test_a_copy_from_before_the_split_is_refused(tmp_path: Path) -> None:
    """It would publish a manifest that names one evaluator, where two are asked."""
    made = make_split(tmp_path)
    source = made.desk.source([KIM])
    build(made.desk.request(source))
    text = (made.whole / "folder.toml").read_text()
    assert "[[oprf.open.shares]]" in text
    (made.whole / "folder.toml").write_text(_without_shares(text))
    open_folder(made.whole)
    with pytest.raises(BuildError, match="not the keys"):
        build(made.desk.request(source))


def _without_shares(text: str) -> str:
    """The file as it was before: tables of shares left out."""
    kept, skipping = [], False
    for line in text.splitlines():
        if line.startswith("["):
            skipping = line.startswith("[[")
        if not skipping:
            kept.append(line)
    return "\n".join(kept) + "\n"


def strange_ledger(folder: Path) -> Path:
    """One with a record of somebody else's release."""
    (folder / "strange" / "epoch-1" / "releases").mkdir(parents=True)
    (folder / "strange" / "epoch-1" / "releases" / ("ab" * 16)).touch()
    return folder / "strange"


def test_an_epoch_from_rotation_to_its_end(tmp_path: Path) -> None:
    made = make_split(tmp_path)
    source = made.desk.source([KIM, LEE])
    build(made.desk.request(source))
    request = RetireRequest(made.whole, tmp_path / "releases", drop=True, clock=time.time)
    with pytest.raises(RetireError, match="in force"):
        retire_epoch(request)
    rotate(made.whole, tmp_path / "next")
    split(SplitRequest(tmp_path / "next", tmp_path / "b2", tmp_path / "h2", keep_whole=True))
    build(replace(made.desk.request(source), keys=tmp_path / "next"))
    with pytest.raises(BuildError, match="not the keys"):
        build(made.desk.request(source))
    old, new = (tmp_path / "releases-ledger" / f"epoch-{number}" for number in (1, 2))
    size = sum(path.stat().st_size for path in old.rglob("*") if path.is_file())
    with pytest.raises(BuildError, match="belongs to another folder of releases"):
        retire_epoch(replace(request, ledger=strange_ledger(tmp_path)))
    done = retire_epoch(request)
    assert (done.epoch, done.number, done.dropped) == (1, 3, (1,))
    assert done.ledger_bytes == size
    assert not old.exists()
    assert list(new.rglob("part-*"))
    destroyed = [one for one in read(made.whole / AUDIT_FILE) if one.event == "ledger.destroyed"]
    assert [dict(one.facts) for one in destroyed] == [{"epoch": 1, "bytes": size}]
    assert "oprf-open" in done.destroyed
    store = Store(tmp_path / "releases")
    tombstone = decode_entry(store.read(entry_path(3)))
    assert isinstance(tombstone, Tombstone)
    assert tombstone.retired == "epoch-1"
    current = store.current()
    assert current is not None
    assert (current.number, current.manifest.epoch) == (2, 2)
    log = VKey.parse(open_folder(made.whole, only=()).public.log)
    report = verify_store(tmp_path / "releases", log)
    assert (report.findings, list(report.without_buckets)) == ([], [1])
    again = retire_epoch(request)
    assert (again.number, again.dropped, again.destroyed) == (3, (), ())
    assert again.ledger_bytes is None
    assert destroy(made.builder) != ()
