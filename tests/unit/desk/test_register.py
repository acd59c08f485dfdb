"""The register: versions, timeline, clocks."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from breachdesk.incident import IncidentError
from breachdesk.incidents import Actor, services
from breachdesk.incidents.errors import ClockError, UnknownIncidentError, WrongChangeError
from breachdesk.incidents.models import Channel, Clock, Entry, Incident, Statement, Version
from tests.factories.desk import Browser

pytestmark = pytest.mark.usefixtures("running")

TEXT = (Path(__file__).parents[2] / "data" / "open-items.toml").read_text("utf-8")
WHO = Actor.system("test")


def taken() -> Incident:
    return services.import_text(WHO, TEXT, "incident.toml")[0].incident


def test_a_file_is_a_version_once() -> None:
    version, new = services.import_text(WHO, TEXT, "incident.toml")
    assert (version.number, new) == (1, True)
    assert services.import_text(WHO, TEXT, "incident.toml") == (version, False)
    assert services.export_text(version.incident) == TEXT
    assert Entry.objects.filter(kind="amended").count() == 0


def test_an_amended_file_is_the_next_version_with_its_history() -> None:
    taken()
    amended = TEXT.replace("11,708,875건", "11,708,876건", 1)
    version, new = services.import_text(WHO, amended, "incident.toml")
    assert (version.number, new) == (2, True)
    assert Version.objects.get(number=1).text == TEXT
    kinds = list(Entry.objects.order_by("id").values_list("kind", "author"))
    assert kinds == [(kind, WHO.name) for kind in ("discovered", "notified", "amended")]
    assert sorted(Statement.objects.values_list("language", "version")) == [
        ("en", 1),
        ("ko", 1),
        ("ko", 2),
    ]
    assert set(Channel.objects.values_list("code", "uses")) == {
        ("email", True),
        ("post", True),
        ("sms", False),
        ("call", False),
    }


def test_a_wrong_file_changes_nothing() -> None:
    taken()
    with pytest.raises(IncidentError):
        services.import_text(WHO, TEXT.replace("number = 1", "number = 0"), "incident.toml")
    other = TEXT.replace('id = "kt-2014"', 'id = "kt-2015"')
    with pytest.raises(WrongChangeError, match="kt-2014"):
        services.import_text(WHO, other, "incident.toml")
    moved = TEXT.replace("number = 1 ", "number = 2 ").replace("number = 1\n", "number = 2\n")
    with pytest.raises(WrongChangeError, match="does not change"):
        services.import_text(WHO, moved, "incident.toml")
    assert Version.objects.count() == Incident.objects.count() == 1
    with pytest.raises(UnknownIncidentError):
        services.find("x")


@pytest.mark.parametrize(
    ("rule", "hours"), [("pipa-34-notice", 72), ("network-48-3", 24), ("gdpr-33", 72)]
)
def test_a_clock_runs_from_the_moment_of_knowing(rule: str, hours: int) -> None:
    incident, known = taken(), timezone.now() - timedelta(hours=30)
    clock, new = services.start_clock(WHO, incident, rule, known)
    assert new
    assert services.start_clock(WHO, incident, rule, known) == (clock, False)
    assert clock.due_at - clock.known_at == timedelta(hours=hours)
    assert services.left(clock, known + timedelta(hours=30)) == timedelta(hours=hours - 30)
    with pytest.raises(WrongChangeError):
        services.start_clock(WHO, incident, rule, known + timedelta(hours=1))
    earlier = known - timedelta(hours=1)
    services.start_clock(WHO, incident, rule, earlier)
    assert Clock.objects.get().known_at == earlier
    done, new = services.finish_clock(WHO, incident, rule, known)
    assert new
    assert services.finish_clock(WHO, incident, rule, known) == (done, False)
    assert (done.by, services.left(done, timezone.now())) == (
        WHO.name,
        timedelta(hours=hours - 1),
    )
    with pytest.raises(ClockError, match="done before"):
        services.finish_clock(WHO, incident, rule, known + timedelta(minutes=1))
    told = Entry.objects.filter(kind__in=("known", "reported")).order_by("id")
    assert [(one.kind, one.at, one.source) for one in told] == [
        ("known", known, rule),
        ("known", earlier, rule),
        ("reported", known, rule),
    ]


def test_a_new_finding_is_a_duty_of_its_own_where_the_law_says_so() -> None:
    incident, known = taken(), timezone.now() - timedelta(hours=30)
    for rule in ("network-48-3", "pipa-34-notice"):
        services.start_clock(WHO, incident, rule, known)
        services.finish_clock(WHO, incident, rule, known + timedelta(hours=3))
    later = known + timedelta(hours=5)
    second, new = services.start_clock(WHO, incident, "network-48-3", later)
    assert new
    assert services.running_clocks() == [second]
    services.finish_clock(WHO, incident, "network-48-3", later)
    assert Clock.objects.filter(rule="network-48-3").count() == 2
    with pytest.raises(ClockError, match="known later"):
        services.start_clock(WHO, incident, "network-48-3", known + timedelta(hours=1))
    with pytest.raises(ClockError, match="earlier moment"):
        services.start_clock(WHO, incident, "pipa-34-notice", later)


def test_a_release_stands_in_the_timeline_once() -> None:
    incident, at = taken(), timezone.now() - timedelta(days=2)
    later = timezone.now() + timedelta(hours=1)
    assert services.record_releases(WHO, incident, [(1, at), (3, later)]) == [1, 3]
    assert services.record_releases(WHO, incident, [(1, at), (2, at), (3, later)]) == [2]
    told = Entry.objects.filter(kind="released").order_by("release")
    assert [(one.release, one.source, one.author) for one in told] == [
        (number, f"release {number}", WHO.name) for number in (1, 2, 3)
    ]
    assert told[0].at == at
    assert told[2].at <= timezone.now()


def test_clocks_that_run_are_those_of_all_incidents_and_the_next_comes_first() -> None:
    incident, known = taken(), timezone.now() - timedelta(hours=30)
    for rule in ("pipa-34-notice", "network-48-3", "gdpr-33"):
        services.start_clock(WHO, incident, rule, known)
    services.finish_clock(WHO, incident, "gdpr-33", known)
    running = services.running_clocks()
    assert [one.rule for one in running] == ["network-48-3", "pipa-34-notice"]
    assert running[0].incident == incident


def test_what_a_clock_does_not_take() -> None:
    incident, now = taken(), timezone.now()
    for wrong in (
        lambda: services.start_clock(WHO, incident, "x", now),
        lambda: services.start_clock(WHO, incident, "gdpr-33", now + timedelta(hours=1)),
        lambda: services.finish_clock(WHO, incident, "gdpr-33", now),
        lambda: services.add_entry(WHO, incident, "x", now, "y"),
        lambda: services.add_entry(WHO, incident, "other", now + timedelta(hours=1), "y"),
    ):
        with pytest.raises(WrongChangeError):
            wrong()
    assert not Clock.objects.exists()


def test_every_rule_says_its_article_and_who_acts_in_both_languages() -> None:
    for rule in services.rules().values():
        assert all((rule.article, rule.article_en, rule.ko, rule.en))
        assert all((rule.condition_ko, rule.condition_en, rule.who_ko, rule.who_en))


def test_the_desk_speaks_for_the_organisation_of_the_register() -> None:
    taken()
    browser = Browser("en")
    assert "KT: report damage" in browser.get("/report/").text
    browser.send()
    from breachdesk.desk.models import Case  # noqa: PLC0415 (beside what it is used with)

    assert Case.objects.get().incident == Incident.objects.get()
