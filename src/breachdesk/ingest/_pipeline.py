"""From leaked files to a published release (DESIGN section 3), stage by stage."""

import contextlib
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from breachdesk.incident import Incident, load
from breachdesk.ingest._accounts import accounts, rejects_head
from breachdesk.ingest._announce import change_of, make_manifest, make_release_id, records_of
from breachdesk.ingest._evaluate import EvaluateTask, evaluate_partition
from breachdesk.ingest._evaluators import TOKEN_KIND, Evaluators, kinds_of
from breachdesk.ingest._intake import Intake, Prepared, prepare, take_in
from breachdesk.ingest._partition import Partitioner, partition_count
from breachdesk.ingest._precondition import check_keeps_earlier, check_reread, check_rows
from breachdesk.ingest._rejected import RejectedRows, doubts_name, spilled_lines
from breachdesk.ingest._rejects_file import RejectsFile, sealed_rejects
from breachdesk.ingest._rejects_place import rejects_path
from breachdesk.ingest._request import (
    BuildReport,
    BuildRequest,
    LookupReport,
    Progress,
    SourceReport,
    silent,
)
from breachdesk.ingest._sealing import Facts, Shape, seal_buckets, seal_tasks
from breachdesk.ingest._selfcheck import PublicPath, check_release
from breachdesk.ingest._spill import BUILD_ID_BYTES, SpillKey, SpillWriter, spill_bytes
from breachdesk.ingest._split_keys import evaluators_for, is_remote
from breachdesk.ingest._stages import Stages
from breachdesk.ingest._subjects import fields_of
from breachdesk.ingest._tally import Tally, prefix_bits
from breachdesk.ingest._traces import leave_no_core
from breachdesk.ingest._workers import Setting, Workers
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import SPLIT_KINDS, KeyFolder, RejectsKeyMissing, open_folder, tell
from breachdesk.release import (
    BucketTree,
    Manifest,
    Records,
    Stage,
    Store,
    StoreError,
    bucket_length,
    encode_manifest,
    padding_key,
)

_KEYS = ("log", "timestamp", "release", "padding", "subject", "claim")
_SPILL = "spill"


def build(request: BuildRequest, progress: Progress = silent) -> BuildReport:
    """Build a release from source files and publish it: all of it, or nothing.

    Raises `IncidentError`, `KeysError`, `SourceError`, `StoreError` or `BuildError`; the last
    release is then untouched, and nothing of this build is left on disk.
    """
    incident = load(request.incident)
    leave_no_core()
    names = _key_names(incident, request)
    keys = open_folder(request.keys, only=names, unlock=request.unlock)
    if keys.public.rejects is None:
        raise RejectsKeyMissing
    evaluators = evaluators_for(keys, incident.lookups, request.peers)
    rejected = RejectsFile(request.from_rejects, keys) if request.from_rejects else None
    prepared = prepare(request, incident, rejected)
    with _disk(), Store(request.releases).lock() as store:
        check_keeps_earlier(store.current(), incident, keys)
        check_reread(store.current(), rejected, incident)
        with store.stage() as stage, _spill_folder(stage) as spill:
            tell(request.keys, "keys.used", {"epoch": keys.epoch, "release": stage.number})
            path = rejects_path(request, stage.number)
            plan = _Plan(request, incident, keys, evaluators, path, rejected)
            return _Build(plan, progress, store, stage, spill).run(prepared)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is built, and with which keys."""

    request: BuildRequest
    incident: Incident
    keys: KeyFolder
    evaluators: Evaluators
    rejects: Path
    reread: RejectsFile | None


class _Build:
    """One build under the lock of its releases folder."""

    def __init__(
        self,
        plan: _Plan,
        progress: Progress,
        store: Store,
        stage: Stage,
        spill: Path,
    ) -> None:
        keys, incident = plan.keys, plan.incident
        self._request = plan.request
        self._progress = progress
        self._incident = incident
        self._keys = keys
        self._store = store
        self._stage = stage
        self._stages = Stages()
        self._largest_spill = 0
        self._rejects = plan.rejects
        self._reread = plan.reread.head.release if plan.reread else None
        self._evaluators = plan.evaluators
        build = secrets.token_bytes(BUILD_ID_BYTES)
        self._setting = Setting(
            spill=spill,
            spill_key=SpillKey(keys.derive(b"spill" + build), build),
            lookups=incident.lookups,
            epoch=keys.epoch,
            incident=incident.number,
            evaluators=self._evaluators,
            subject_key=keys.subject,
            letter_key=keys.letter if _has_letters(incident) else None,
        )

    def run(self, prepared: Sequence[Prepared]) -> BuildReport:
        """Read and clean, evaluate, seal, check, publish."""
        with Workers(self._request.workers or os.cpu_count() or 1, self._setting) as workers:
            number, timed = self._stage.number, self._stages.timed
            with timed("read"):
                intake, names = self._take_in(prepared)
            with timed("evaluate"):
                tally = self._evaluate(workers, intake, names)
                sources = accounts(number, prepared, intake, tally.late)
                records = records_of(number, intake, tally, sources)
                check_rows(records)
            waited = sum(tally.seconds.values())
            self._stages.divide("evaluate", {"group": tally.grouping, "evaluate": waited})
            with timed("seal"):
                shape = self._shape(intake, tally)
                tree = self._seal(workers, shape)
                self._stage.add_paths(tree)
            manifest = self._manifest(records, tally, shape, tree.root)
            with timed("check"):
                checked = self._check(manifest, tally, shape)
            with timed("publish"), self._rejects_kept(manifest, prepared, sources):
                self._publish(manifest)
            return self._report(manifest, records, sources, tally, checked, workers)

    def _take_in(self, prepared: Sequence[Prepared]) -> tuple[Intake, list[str]]:
        size = sum(one.source.expanded for one in prepared)
        setting = self._setting
        partitioner = Partitioner(
            SpillWriter(setting.spill, setting.spill_key),
            partition_count(size),
            int.from_bytes(self._keys.derive(b"partition" + setting.spill_key.build)[:8], "big"),
            fields_of(setting.lookups),
        )
        rejects = RejectedRows(partitioner, setting.lookups)
        intake = take_in(prepared, partitioner, self._progress, rejects)
        rejects.finish()
        self._note_spill()
        return intake, sorted(partitioner.names)

    def _note_spill(self) -> None:
        self._largest_spill = max(self._largest_spill, spill_bytes(self._setting.spill))

    @contextlib.contextmanager
    def _rejects_kept(
        self, manifest: Manifest, prepared: Sequence[Prepared], sources: Sequence[SourceReport]
    ) -> Iterator[None]:
        """The file of rejected rows, there before its release; away again on failure."""
        public = self._keys.public.rejects
        if public is None or not any(one.rejected for one in sources):
            yield
            return
        head = rejects_head(manifest, self._incident.id, prepared, sources)
        lines = spilled_lines(self._setting.spill, self._setting.spill_key)
        with sealed_rejects(self._rejects, public, head, lines):
            yield

    def _evaluate(self, workers: Workers, intake: Intake, names: list[str]) -> Tally:
        lookups = self._incident.lookups
        bits = prefix_bits(intake.rows * sum(len(one.channels) or 1 for one in lookups))
        tally = Tally.empty(lookups, bits)
        rows = intake.rows - intake.rejected.total()
        for part in workers.run(evaluate_partition, (EvaluateTask(name, bits) for name in names)):
            tally.add(part)
            self._progress("evaluate", tally.indexed + tally.rejected, rows, "rows")
            if is_remote(self._evaluators):
                asked = sum(tally.evaluations[kind] for kind in SPLIT_KINDS)
                self._progress("remote", asked, None, "evaluations")
        self._note_spill()
        for name in names:
            (self._setting.spill / name).unlink()
            (self._setting.spill / doubts_name(name)).unlink(missing_ok=True)
        return tally

    def _shape(self, intake: Intake, tally: Tally) -> Shape:
        keys, slots = self._keys, self._request.max_slots
        release = make_release_id(keys, self._stage.number, intake, self._incident, slots)
        count, capacity = tally.shape()
        return Shape(
            release_id=release,
            count=count,
            capacity=capacity,
            max_slots=slots,
            facts=Facts.of(self._incident),
            padding_key=padding_key(keys.padding, release),
            claim_key=keys.claim,
        )

    def _seal(self, workers: Workers, shape: Shape) -> BucketTree:
        leaves = bytearray(32 * shape.count)
        done = 0
        for part in workers.run(seal_buckets, seal_tasks(self._stage.buckets, shape)):
            for index, leaf in part:
                leaves[32 * index : 32 * index + 32] = leaf
            done += len(part)
            self._progress("seal", done, shape.count, "buckets")
        return BucketTree([bytes(leaves)])

    def _manifest(self, records: Records, tally: Tally, shape: Shape, root: bytes) -> Manifest:
        current, incident = self._store.current(), self._incident
        earlier = current.manifest if current else None
        change = change_of(earlier, incident, records, tally.subjects, self._request.day())
        manifest = make_manifest(
            self._stage.number, self._keys, incident, records, tally, shape, root
        )
        return replace(manifest, changes=(change,))

    def _check(self, manifest: Manifest, tally: Tally, shape: Shape) -> int:
        path = PublicPath(
            manifest,
            lambda index: self._stage.bucket(index).read_bytes(),
            self._evaluators,
        )
        samples = tally.samples(self._setting.spill_key)
        questions = check_release(path, samples, self._incident.lookups, shape)
        self._progress("check", questions, questions, "questions")
        return questions

    def _publish(self, manifest: Manifest) -> None:
        self._progress("publish", 0, 1, "releases")
        now = int((self._request.clock or time.time)())
        entry = encode_manifest(manifest)
        with self._text_in_place():
            self._stage.publish(entry, self._keys.log, self._keys.timestamp, now)
        self._progress("publish", 1, 1, "releases")

    @contextlib.contextmanager
    def _text_in_place(self) -> Iterator[None]:
        """The incident's text for the pages, there before its release; as it was on failure."""
        texts, incident = self._store.incident_texts, self._incident
        earlier = texts.read(incident.id)
        path = texts.path(incident.id)
        try:
            texts.write(incident.id, incident.source_text)
            yield
        except BaseException:
            if earlier is None:
                path.unlink(missing_ok=True)
            elif texts.read(incident.id) != earlier:
                with contextlib.suppress(StoreError):  # the failure of the build counts
                    texts.write(incident.id, earlier)
            raise

    def _report(
        self,
        manifest: Manifest,
        records: Records,
        sources: tuple[SourceReport, ...],
        tally: Tally,
        checked: int,
        workers: Workers,
    ) -> BuildReport:
        buckets = manifest.buckets
        return BuildReport(
            release=manifest.release,
            release_id=manifest.release_id.hex(),
            incident=self._incident.id,
            rows_read=records.read,
            rows_indexed=records.indexed,
            rejected=records.rejected,
            sources=sources,
            rejects=str(self._rejects) if records.rejected else None,
            reread=self._reread,
            subjects=tally.subjects,
            lookups=tuple(
                LookupReport(one.id, count.subjects, count.entries, count.left_out)
                for one, count in zip(self._incident.lookups, tally.counts, strict=True)
            ),
            evaluations=tally.evaluations.total(),
            token_evaluations=tally.evaluations[TOKEN_KIND],
            token_seconds=tally.seconds[TOKEN_KIND],
            buckets=buckets.count,
            capacity=buckets.capacity,
            release_bytes=buckets.count * bucket_length(buckets.count, buckets.capacity),
            spill_bytes=self._largest_spill,
            checked=checked,
            workers=workers.count,
            stages=self._stages.times(),
            seconds=self._stages.seconds,
            peak_memory=workers.peak_memory(),
            warnings=self._incident.warnings,
        )


def _key_names(incident: Incident, request: BuildRequest) -> tuple[str, ...]:
    """The keys of the folder that are needed: for lookups, to ask others, to read rejects."""
    kinds = (f"oprf-{kind}" for kind in kinds_of(incident.lookups))
    wanted = {
        "letter": _has_letters(incident),
        "builder": bool(request.peers),
        "rejects": request.from_rejects is not None,
    }
    return (*kinds, *_KEYS, *(name for name, needed in wanted.items() if needed))


def _has_letters(incident: Incident) -> bool:
    return any("letter" in lookup.channels for lookup in incident.lookups)


@contextlib.contextmanager
def _spill_folder(stage: Stage) -> Iterator[Path]:
    """A folder beside the stage, which the store removes with it, also after a killed build."""
    spill = stage.folder.with_name(_SPILL)
    spill.mkdir(mode=0o700)
    yield spill


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """Say of a full or failing disk what it is."""
    try:
        yield
    except OSError as error:
        raise BuildError(
            "disk",
            f"The releases folder cannot be written ({error.strerror or type(error).__name__}).",
            "Free space on its disk, or name a folder on a larger one, then build again; the last "
            "release is untouched.",
        ) from None
