"""From leaked files to a published release (DESIGN section 3): what is opened, and what is left."""

import contextlib
from collections.abc import Iterator

from breachdesk.incident import load
from breachdesk.ingest._building import Build
from breachdesk.ingest._interrupted import (
    Work,
    other_build,
)
from breachdesk.ingest._opening import KeyChoice, build_keys, open_ledger
from breachdesk.ingest._plan import Plan
from breachdesk.ingest._precondition import (
    check_keys,
)
from breachdesk.ingest._request import (
    BuildReport,
    BuildRequest,
    Progress,
    silent,
)
from breachdesk.ingest._split_keys import evaluators_for
from breachdesk.ingest._traces import leave_no_core
from breachdesk.ingest._waiting import waiting_of
from breachdesk.ingest.errors import BuildError
from breachdesk.keys import RejectsKeyMissing
from breachdesk.release import (
    Store,
)

#: What no further run of the same build can mend.
_HOPELESS = ("all-rejected", "count", "key", "self-check", "source-twice")


def build(request: BuildRequest, progress: Progress = silent) -> BuildReport:
    """Build a release from source files and publish it: all of it, or nothing.

    A build that was interrupted after its sources were read goes on where it was. Raises
    `IncidentError`, `KeysError`, `SourceError`, `StoreError` or `BuildError`; the last release is
    then untouched, and of this build nothing is left on disk but what its next run goes on from.
    """
    leave_no_core()
    incident = load(request.incident)
    names = build_keys(
        incident,
        remote=bool(request.peers),
        ledger=request.keep_ledger,
        rejects=request.from_rejects is not None,
    )
    keys = KeyChoice(request.keys, request.unlock, names).open()
    if keys.public.rejects is None:
        raise RejectsKeyMissing
    evaluators = evaluators_for(keys, incident.lookups, request.peers)
    with _disk(), contextlib.ExitStack() as stack:
        store = stack.enter_context(Store(request.releases).lock())
        check_keys(store.current(), keys)
        ledger = None
        if request.keep_ledger:
            opened = open_ledger(request.ledger, request.releases, store, keys)
            ledger = stack.enter_context(opened)
        plan = Plan(request, incident, keys, evaluators, store, ledger)
        return _with_work(plan, Work(store.building, keys), progress)


def _with_work(plan: Plan, work: Work, progress: Progress) -> BuildReport:
    """Go on with what an earlier run left, or begin; leave only what can be gone on with."""
    if plan.request.restart:
        work.clear()
    journal = work.journal()
    if journal is not None and journal.binding != plan.binding():
        raise other_build()
    current = plan.store.current()
    in_force = current.manifest.release_id if current else None
    if plan.ledger:
        plan.ledger.sweep(in_force, journal.set_id if journal else None)
    done = work.reported() if journal else None
    if done is not None and in_force is not None and done.release_id == in_force.hex():
        work.finish()
        return done
    try:
        with plan.store.stage() as stage:
            waiting = waiting_of(plan, current, stage.number).sets
            if journal and done and journal.set_id in {one.set.id for one in waiting}:
                work.finish()
                return done
            return Build(plan, work, current, stage, progress).run(journal)
    except BuildError as error:
        if error.kind in _HOPELESS:
            work.clear()
        raise
    finally:
        if not work.can_go_on:
            work.clear()


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """Say of a full or failing disk what it is."""
    try:
        yield
    except OSError as error:
        raise BuildError(
            "disk",
            "The folder of releases or the ledger cannot be written "
            f"({error.strerror or type(error).__name__}).",
            "Free space on its disk, or name a folder on a larger one, then run the same command "
            "again: it goes on where it was; the last release is untouched.",
        ) from None
