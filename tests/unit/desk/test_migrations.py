"""Migrations go forward and back on both databases."""

import pytest
from django.core.management import call_command
from django.db import connection

from breachdesk import database
from breachdesk.desk.models import Case
from tests.factories.desk import Browser

pytestmark = pytest.mark.usefixtures("running")


def tables() -> set[str]:
    names = connection.introspection.table_names()
    return {one for one in names if one.startswith(("desk_", "incidents_"))}


def test_forward_and_back() -> None:
    before = tables()
    assert len(before) == 15
    call_command("migrate", "desk", "zero", verbosity=0)
    call_command("migrate", "incidents", "zero", verbosity=0)
    assert tables() == set()
    database.migrate()
    assert tables() == before
    Browser().send()
    assert Case.objects.count() == 1


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "desk", "incidents", check=True, dry_run=True, verbosity=0)
