"""What a worker that is no more left is put in again; what another one works on is not."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from breachdesk.console import _worker, tasks
from breachdesk.desk.models import Case
from tests.factories.console import report

pytestmark = pytest.mark.usefixtures("on_sqlite")

HERE = platform.node()


def put_in() -> None:
    """As the worker does when all is due."""
    _worker._put_in(dict.fromkeys(range(len(_worker.EVERY)), 0.0))


def left_by(worker: str) -> None:
    """The task that opens cases, claimed by a worker that has not finished it."""
    tasks.open_new.enqueue()
    DBTaskResult.objects.get().claim(worker)


def opened() -> bool:
    return not Case.objects.filter(indexed_at=None).exists()


def gone_process() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(30)
    return process.pid


@pytest.mark.parametrize(
    "worker", [lambda: f"{gone_process()}@{HERE}", lambda: f"{os.getpid()}@{HERE}"]
)
def test_what_nobody_works_on_is_done_at_once(worker: Callable[[], str]) -> None:
    report()
    left_by(worker())
    put_in()
    _worker.work_off()
    assert opened()
    assert not DBTaskResult.objects.filter(status="RUNNING").exists()


@pytest.mark.parametrize("worker", [f"{os.getppid()}@{HERE}", "7@elsewhere", "console-7"])
def test_what_another_works_on_is_left_to_him_for_two_minutes(worker: str) -> None:
    report()
    left_by(worker)
    put_in()
    _worker.work_off()
    assert not opened()
    DBTaskResult.objects.filter(status="RUNNING").update(
        started_at=timezone.now() - timedelta(minutes=3)
    )
    put_in()
    _worker.work_off()
    assert opened()
