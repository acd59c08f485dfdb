"""One build, stage by stage: read, evaluate, compose, check, publish (DESIGN section 3)."""

import contextlib
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace

from breachdesk.ingest._accounts import accounts, built_files, described, moves, rejects_head
from breachdesk.ingest._amend import Amendment, check_sources_new, settle
from breachdesk.ingest._announce import (
    change_of,
    make_manifest,
    part_set_digest,
    records_of,
    retirements,
)
from breachdesk.ingest._compose import Composed, Recipe, compose
from breachdesk.ingest._evaluate import (
    EvaluateTask,
    done_name,
    evaluate_partition,
    part_name,
    read_done,
)
from breachdesk.ingest._evaluators import TOKEN_KIND
from breachdesk.ingest._history import retired_names
from breachdesk.ingest._incident_text import text_in_place
from breachdesk.ingest._intake import STAGE as READ
from breachdesk.ingest._intake import Intake, Prepared, prepare, take_in
from breachdesk.ingest._interrupted import Work, check_unchanged, seen, with_digests
from breachdesk.ingest._journal import Journal
from breachdesk.ingest._known_files import check_names, check_people
from breachdesk.ingest._ledger import make_set_folder
from breachdesk.ingest._part_set import IncidentFacts, PartSet, Shelved, write_description
from breachdesk.ingest._partition import Partitioner, partition_count
from breachdesk.ingest._plan import Plan
from breachdesk.ingest._precondition import (
    check_reread,
    check_rows,
)
from breachdesk.ingest._rejected import RejectedRows, doubts_name, spilled_lines
from breachdesk.ingest._rejects_file import RejectsFile, sealed_rejects
from breachdesk.ingest._rejects_head import RejectsHead
from breachdesk.ingest._rejects_place import rejects_path
from breachdesk.ingest._request import (
    BuildReport,
    LookupReport,
    Progress,
    SourceReport,
)
from breachdesk.ingest._selfcheck import PublicPath, check_held, check_release
from breachdesk.ingest._spill import SpillWriter, spill_bytes
from breachdesk.ingest._split_keys import is_remote
from breachdesk.ingest._stages import Stages
from breachdesk.ingest._subjects import fields_of
from breachdesk.ingest._tally import Tally
from breachdesk.ingest._waiting import changes_of_waiting, waiting_of, waits_for
from breachdesk.ingest._workers import Setting, Workers
from breachdesk.keys import SPLIT_KINDS, tell
from breachdesk.release import (
    Current,
    Manifest,
    Stage,
    bucket_length,
    encode_manifest,
)


class Build:
    """One build under the locks of its folders."""

    def __init__(
        self, plan: Plan, work: Work, current: Current | None, stage: Stage, progress: Progress
    ) -> None:
        self._plan = plan
        self._request = plan.request
        self._work = work
        self._current = current
        self._stage = stage
        self._progress = progress
        self._facts = IncidentFacts.of(plan.incident)
        self._waiting = waiting_of(plan, current, stage.number)
        self._amendment, self._waits_for = self._settle()
        shared = self._facts.id if self._waiting.sets or self._waits_for else None
        self._rejects = rejects_path(plan.request, stage.number, shared)
        self._stages = Stages()
        self._largest_spill = 0

    def run(self, journal: Journal | None) -> BuildReport:
        """Read and clean, evaluate, compose, check, publish."""
        if journal is not None:
            check_unchanged(journal, self._request.sources)
        prepared = [] if journal else self._prepare()
        event = {"epoch": self._plan.keys.epoch, "release": self._stage.number}
        tell(self._request.keys, "keys.used", event)
        if journal is None:
            self._work.begin()
        timed = self._stages.timed
        set_id = journal.set_id if journal else uuid.uuid4().hex
        setting = self._plan.setting(self._work, set_id)
        make_set_folder(setting.parts)
        with Workers(self._request.workers or os.cpu_count() or 1, setting) as workers:
            with timed("read"):
                journal = journal or self._read(prepared, set_id)
                self._progress(READ, journal.intake.rows, journal.intake.rows, "rows")
                self._check_sources(journal.intake)
                if not self._work.can_go_on:
                    self._work.keep(journal)
                self._note_spill()
            with timed("evaluate"):
                tally = self._evaluate(workers, setting, journal)
                sources = accounts(self._stage.number, journal.tables, journal.intake, tally.late)
                new = self._shelve(setting, journal, tally, sources)
            waited = sum(tally.seconds.values())
            self._stages.divide("evaluate", {"group": tally.grouping, "evaluate": waited})
            with timed("seal"):
                sets = self._sets(new, workers)
                composed = compose(self._recipe(sets), workers, self._stage, self._progress)
                self._note_spill()
            manifest = self._manifest(composed, new)
            with timed("check"):
                checked = self._check(manifest, tally, composed)
            told = (manifest, new.set, sources, tally, checked, workers)
            head = rejects_head(manifest, self._facts.id, journal.tables, sources)
            with timed("publish"):
                if self._waits_for:
                    self._wait(sets, self._report(*told), head)
                else:
                    self._publish(manifest, sets, self._report(*told), head)
            return self._report(*told)

    def _prepare(self) -> list[Prepared]:
        """Open the sources, or the rows that an earlier build rejected."""
        request, incident = self._request, self._plan.incident
        if request.from_rejects is None:
            prepared = prepare(request, incident)
            if not request.beside:
                names = (one.source.place.path.name for one in prepared)
                check_names(names, self._amendment.earlier(incident.id))
            return prepared
        rejected = RejectsFile(request.from_rejects, self._plan.keys)
        earlier = self._amendment.earlier(incident.id)
        check_reread(rejected, incident.id, request.amend, earlier)
        return prepare(request, incident, rejected)

    def _note_spill(self) -> None:
        self._largest_spill = max(self._largest_spill, spill_bytes(self._work.folder))

    def _settle(self) -> tuple[Amendment, tuple[str, ...]]:
        """What becomes of what is there already, and which incidents the release has to wait for.

        Raises `BuildError` before anything is read.
        """
        plan, current = self._plan, self._current
        manifest = current.manifest if current else None
        retired = retired_names(plan.store)
        release_id = manifest.release_id if manifest else None
        held = plan.ledger.shelved(release_id) if plan.ledger else ()
        held = held or self._waiting.sets
        files = self._request.replace_files
        found = settle(self._facts, self._request.amend, held, manifest, retired, files)
        incidents = (*(one.set.incident for one in found.kept), self._facts)
        covered = {(one.id, one.number) for one in incidents}
        missing = waits_for(plan, current, covered, retired)
        if self._request.from_rejects and found.kind == "added":
            found = replace(found, kind="reread")
        return found, missing

    def _read(self, prepared: list[Prepared], set_id: str) -> Journal:
        """Read all rows into files of the work folder."""
        files = seen(prepared)
        key = self._work.spill_key
        partitioner = Partitioner(
            SpillWriter(self._work.folder, key),
            partition_count(sum(one.source.expanded for one in prepared)),
            int.from_bytes(self._plan.keys.derive(b"partition" + key.build)[:8], "big"),
            fields_of(self._plan.incident.lookups),
        )
        rejects = RejectedRows(partitioner, self._plan.incident.lookups)
        intake = take_in(prepared, partitioner, self._progress, rejects)
        rejects.finish()
        return Journal(
            self._plan.binding(),
            set_id,
            with_digests(files, intake.digests),
            intake,
            tuple(sorted(partitioner.names)),
            described(prepared),
        )

    def _check_sources(self, intake: Intake) -> None:
        ledger, incident = self._plan.ledger, self._plan.incident.id
        if ledger:
            digests = [ledger.source_digest(one) for one in intake.digests]
            check_sources_new(digests, self._amendment.earlier(incident))

    def _evaluate(self, workers: Workers, setting: Setting, journal: Journal) -> Tally:
        """Evaluate the partitions that no earlier run of this build has."""
        tally, waiting = Tally.empty(setting.lookups), []
        rows = journal.intake.rows - journal.intake.rejected.total()
        for name in journal.names:
            done = setting.spill / done_name(name)
            if done.exists():
                tally.add(read_done(done, setting.spill_key.secret))
                _drop_rows(setting, name)
            else:
                waiting.append(EvaluateTask(name))
        for name, part in workers.run(evaluate_partition, waiting):
            tally.add(part)
            _drop_rows(setting, name)
            self._progress("evaluate", tally.indexed + tally.rejected, rows, "rows")
            if is_remote(self._plan.evaluators):
                asked = sum(tally.evaluations[kind] for kind in SPLIT_KINDS)
                self._progress("remote", asked, None, "evaluations")
        return tally

    def _shelve(
        self,
        setting: Setting,
        journal: Journal,
        tally: Tally,
        sources: tuple[SourceReport, ...],
    ) -> Shelved:
        """The part set of this build, described for the ledger."""
        plan, intake, number = self._plan, journal.intake, self._stage.number
        records = records_of(number, intake, tally, sources)
        check_rows(records)
        binding = self._facts.binding
        found = PartSet(
            id=journal.set_id,
            release=number,
            incident=self._facts,
            digest=part_set_digest(plan.keys.release, intake.digests, intake.mapping, binding),
            sources=tuple(map(plan.ledger.source_digest, intake.digests)) if plan.ledger else (),
            names=tuple(part_name(name) for name in journal.names),
            records=records,
            subjects=tally.subjects,
            lookups=tuple(tally.counts),
            moved=moves(journal.tables, sources) if self._amendment.kind == "reread" else (),
            built=self._request.day(),
            files=() if self._request.from_rejects else built_files(sources),
        )
        shelved = Shelved(found, setting.parts, setting.parts_secret)
        if plan.ledger:
            write_description(shelved)
        return shelved

    def _sets(self, new: Shelved, workers: Workers) -> tuple[Shelved, ...]:
        """The part sets of the release, once it is known that the new one doubles none."""
        if not self._request.beside and not self._request.from_rejects:
            check_people(new, self._amendment.earlier(self._facts.id), workers)
        return (*self._amendment.kept, new)

    def _recipe(self, sets: tuple[Shelved, ...]) -> Recipe:
        work, slots = self._work, self._request.max_slots
        return Recipe(self._plan.keys, sets, slots, work.folder, work.spill_key.secret)

    def _manifest(self, composed: Composed, new: Shelved) -> Manifest:
        earlier = self._current.manifest if self._current else None
        (now,) = (one for one in composed.incidents if one.id == self._facts.id)
        on, kind = self._request.day(), self._amendment.kind
        built = change_of(kind, earlier, now, new.set.records.indexed, on)
        waited = [one for one in composed.incidents if one.id in self._waiting.texts and one != now]
        rebuilt = changes_of_waiting(earlier, waited, on)
        return make_manifest(
            self._stage.number,
            self._plan.keys,
            composed.shape,
            composed.root,
            composed.incidents,
            (built, *rebuilt, *retirements(earlier, composed.incidents, on)),
        )

    def _check(self, manifest: Manifest, tally: Tally, composed: Composed) -> int:
        path = PublicPath(
            manifest,
            lambda index: self._stage.bucket(index).read_bytes(),
            self._plan.evaluators,
        )
        samples = [
            replace(one, record=composed.released(one.record, self._facts))
            for one in tally.samples(self._work.spill_key)
        ]
        questions = check_release(path, samples, self._facts.lookups, composed.shape)
        if self._amendment.kept:
            questions += check_held(path, composed.samples, composed.shape)
        self._progress("check", questions, questions, "questions")
        return questions

    def _texts(self) -> dict[str, str]:
        """The text of each incident that is new in the release."""
        return {**self._waiting.texts, self._facts.id: self._plan.incident.source_text}

    def _wait(self, sets: tuple[Shelved, ...], report: BuildReport, head: RejectsHead) -> None:
        """Keep what is built until the rest is there."""
        ledger, current = self._plan.ledger, self._current
        assert ledger  # noqa: S101 (nothing waits without)
        assert current  # noqa: S101 (nor for nothing)
        after = current.manifest.release_id
        self._work.report(report)
        with self._rejects_kept(head):
            ledger.write_waiting(after, self._stage.number, sets, self._texts())
        ledger.sweep(after)
        self._work.finish()

    def _publish(
        self,
        manifest: Manifest,
        sets: tuple[Shelved, ...],
        report: BuildReport,
        head: RejectsHead,
    ) -> None:
        """The ledger first, then rejected rows and release."""
        plan = self._plan
        self._progress("publish", 0, 1, "releases")
        base = self._current.manifest.release_id if self._current else None
        if plan.ledger:
            plan.ledger.write_record(manifest.release_id, base, sets)
        self._work.report(report)
        with contextlib.ExitStack() as stack:
            for incident, text in self._texts().items():
                stack.enter_context(text_in_place(plan.store, incident, text))
            stack.enter_context(self._rejects_kept(head))
            now = int((self._request.clock or time.time)())
            entry = encode_manifest(manifest)
            self._stage.publish(entry, plan.keys.log, plan.keys.timestamp, now)
        if plan.ledger:
            plan.ledger.sweep(manifest.release_id)
        self._work.finish()
        self._progress("publish", 1, 1, "releases")

    @contextlib.contextmanager
    def _rejects_kept(self, head: RejectsHead) -> Iterator[None]:
        """The file of rejected rows, there before its release; away again on failure."""
        public = self._plan.keys.public.rejects
        if public is None or not any(one.rejected for one in head.tables):
            yield
            return
        lines = spilled_lines(self._work.folder, self._work.spill_key)
        with sealed_rejects(self._rejects, public, head, lines):
            yield

    def _report(
        self,
        manifest: Manifest,
        built: PartSet,
        sources: tuple[SourceReport, ...],
        tally: Tally,
        checked: int,
        workers: Workers,
    ) -> BuildReport:
        buckets, records, waits = manifest.buckets, built.records, self._waits_for
        return BuildReport(
            release=None if waits else manifest.release,
            release_id=None if waits else manifest.release_id.hex(),
            waits_for=waits,
            incident=self._facts.id,
            rows_read=records.read,
            rows_indexed=records.indexed,
            rejected=records.rejected,
            sources=sources,
            rejects=str(self._rejects) if any(one.rejected for one in sources) else None,
            reread=max(one.release for one in sources) if self._request.from_rejects else None,
            subjects=tally.subjects,
            lookups=tuple(
                LookupReport(one.id, count.subjects, count.entries, count.left_out)
                for one, count in zip(self._facts.lookups, tally.counts, strict=True)
            ),
            evaluations=tally.evaluations.total(),
            token_evaluations=tally.evaluations[TOKEN_KIND],
            token_seconds=tally.seconds[TOKEN_KIND],
            buckets=buckets.count,
            capacity=buckets.capacity,
            release_bytes=buckets.count * bucket_length(buckets.count, buckets.capacity),
            spill_bytes=self._largest_spill,
            checked=checked,
            changes=() if waits else manifest.changes,
            workers=workers.count,
            stages=self._stages.times(),
            seconds=self._stages.seconds,
            peak_memory=workers.peak_memory(),
            warnings=self._plan.incident.warnings,
        )


def _drop_rows(setting: Setting, name: str) -> None:
    """Remove the rows of a partition that is evaluated."""
    for path in (setting.spill / name, setting.spill / doubts_name(name)):
        path.unlink(missing_ok=True)
