"""Migrations go forward and back on both databases, and many at once are one."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection

from breachdesk import database
from breachdesk.channel.models import Heartbeat

pytestmark = pytest.mark.usefixtures("service")


def tables() -> set[str]:
    return {one for one in connection.introspection.table_names() if one.startswith("channel_")}


def test_forward_and_back() -> None:
    assert len(tables()) == 6
    call_command("migrate", "channel", "zero", verbosity=0)
    assert tables() == set()
    database.migrate()
    assert len(tables()) == 6
    Heartbeat.objects.create(name="x", at=1)


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "channel", check=True, dry_run=True, verbosity=0)


def test_many_starts_at_once() -> None:
    call_command("migrate", "channel", "zero", verbosity=0)
    connection.close()
    failed: list[BaseException] = []

    def start() -> None:
        try:
            database.migrate()
        except BaseException as error:  # noqa: BLE001 (shown by the assertion)
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(tables()) == 6
