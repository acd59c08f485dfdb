"""The worker: puts recurring tasks into the database's queue when they are due, and works it.

It works on the database backend of django-tasks, so any number of workers share one queue, each
task is claimed by one of them, and what a killed one left is put in again: at once where the worker
was on this machine, as its process is seen to be gone; after some time where it was on another.
"""

import logging
import os
import platform
import threading
import time
from datetime import timedelta
from typing import Any, Final

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from breachdesk.console import tasks

logger = logging.getLogger("breachdesk.console")

#: Seconds between two runs of each.
EVERY: Final[tuple[tuple[Any, float], ...]] = (
    (tasks.open_new, 2.0),
    (tasks.run_on, 10.0),
    (tasks.find_clusters, 60.0),
    (tasks.clean_up, 3600.0),
)
_LOOK_SECONDS: Final = 1.0
#: A task that has run for so long was left by a worker that is no more. Where it was not, it runs
#: twice, and finds done what is done.
_LOST: Final = timedelta(minutes=2)


def run(stop: threading.Event) -> None:
    """Work until `stop`; the task in hand is finished first. Waits for a database that is away."""
    due = dict.fromkeys(range(len(EVERY)), 0.0)
    while not stop.is_set():
        close_old_connections()
        try:
            _put_in(due)
            work_off()
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", type(error).__name__)
        stop.wait(_LOOK_SECONDS)


def work_off() -> None:
    """Do what is in the queue, until it is empty."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{os.getpid()}@{platform.node()}",
        excluded_queue_names=[],
    ).run()


def _put_in(due: dict[int, float]) -> None:
    now = time.monotonic()
    for place, (task, seconds) in enumerate(EVERY):
        if due[place] <= now:
            due[place] = now + seconds
            if not _is_there(task.module_path):
                task.enqueue()


def _is_there(module_path: str) -> bool:
    """Whether the task waits, or runs and has not been lost."""
    rows = DBTaskResult.objects.filter(task_path=module_path)
    if rows.filter(status=TaskResultStatus.READY).exists():
        return True
    running = list(rows.filter(status=TaskResultStatus.RUNNING))
    lost = [row.pk for row in running if _is_lost(row)]
    rows.filter(pk__in=lost, status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now()
    )
    return len(lost) < len(running)


def _is_lost(row: "DBTaskResult[Any, Any]") -> bool:
    """Whether no worker works on it. This one does not: it is looking."""
    number, _, machine = row.worker_ids[-1].partition("@")
    here = bool(machine) and machine == platform.node()
    if here and (int(number) == os.getpid() or not _lives(int(number))):
        return True
    return row.started_at is None or row.started_at < timezone.now() - _LOST


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
