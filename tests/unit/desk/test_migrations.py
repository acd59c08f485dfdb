"""Migrations go forward and back on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from breachdesk import database
from breachdesk.desk.models import Case
from breachdesk.incidents import Actor, services
from breachdesk.incidents.models import Clock, Entry
from tests.factories.desk import Browser

pytestmark = pytest.mark.usefixtures("running")

INCIDENT = (Path(__file__).parents[2] / "data" / "open-items.toml").read_text("utf-8")


def tables() -> set[str]:
    names = connection.introspection.table_names()
    return {one for one in names if one.startswith(("desk_", "incidents_"))}


def test_forward_and_back() -> None:
    before = tables()
    assert before == {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in ("desk", "incidents")
    }
    call_command("migrate", "desk", "zero", verbosity=0)
    call_command("migrate", "incidents", "zero", verbosity=0)
    assert tables() == set()
    database.migrate()
    assert tables() == before
    Browser().send()
    assert Case.objects.count() == 1


def test_a_timeline_keeps_its_releases_on_the_way_back_and_forward() -> None:
    who = Actor.system("test")
    incident = services.import_text(who, INCIDENT, "incident.toml")[0].incident
    services.record_releases(who, incident, [(1, timezone.now()), (2, timezone.now())])
    call_command("migrate", "incidents", "0001_first", verbosity=0)
    database.migrate()
    told = Entry.objects.filter(incident=incident, kind="released").order_by("id")
    assert [one.source for one in told] == ["release 1", "release 2"]
    assert services.record_releases(who, incident, [(1, timezone.now())]) == []


def test_two_clocks_of_a_rule_shut_the_way_back_and_lose_nothing() -> None:
    who, now = Actor.system("test"), timezone.now()
    incident = services.import_text(who, INCIDENT, "incident.toml")[0].incident
    services.start_clock(who, incident, "network-48-3", now - timedelta(hours=2))
    services.finish_clock(who, incident, "network-48-3", now - timedelta(hours=1))
    call_command("migrate", "incidents", "0002_releases", verbosity=0)
    database.migrate()
    services.start_clock(who, incident, "network-48-3", now)
    with pytest.raises(IntegrityError):
        call_command("migrate", "incidents", "0002_releases", verbosity=0)
    database.migrate()
    assert Clock.objects.count() == 2


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "desk", "incidents", check=True, dry_run=True, verbosity=0)
