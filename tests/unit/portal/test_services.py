"""The desk as read from the release folder."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from breachdesk.incident import Lookup
from breachdesk.release import ReleaseError, cosign
from tests.factories.pages import make_folder, set_up
from tests.factories.releases import PUBLISHED, Service, publish_release

set_up()

from breachdesk.portal import services  # noqa: E402 needs Django to be set up
from breachdesk.portal._checking import form_fields, tasks  # noqa: E402
from breachdesk.portal._dates import period  # noqa: E402
from breachdesk.portal._questions import questions  # noqa: E402
from breachdesk.portal.errors import DeskEmptyError  # noqa: E402

SERVICE = Service()
KEYS = (SERVICE.log.vkey.text, (SERVICE.timestamp.vkey.text,))


def test_history_is_newest_first_with_the_time_of_publication(tmp_path: Path) -> None:
    store = make_folder(tmp_path / "releases", releases=2)
    store.freshen(SERVICE.timestamp, PUBLISHED + 900_000)
    desk = services.desk(store.folder, *KEYS)
    assert [entry.number for entry in desk.history] == [2, 1]
    assert desk.history[1].published == datetime.fromtimestamp(PUBLISHED, UTC)
    assert desk.release is desk.history[0]


def test_a_new_release_and_a_mended_text_are_seen_without_a_restart(tmp_path: Path) -> None:
    store = make_folder(tmp_path / "releases")
    assert len(services.desk(store.folder, *KEYS).history) == 1
    publish_release(store, SERVICE, PUBLISHED + 1)
    assert len(services.desk(store.folder, *KEYS).history) == 2
    text = store.incident_texts.read("kt-2014")
    assert text is not None
    store.incident_texts.write("kt-2014", text.replace('en = "KT"', 'en = "KT Corporation"'))
    incident = services.desk(store.folder, *KEYS).incidents[0]
    assert incident.organisation.en == "KT Corporation"


def test_a_folder_without_an_incident_has_nothing_to_tell(tmp_path: Path) -> None:
    with pytest.raises(DeskEmptyError):
        services.desk(tmp_path, *KEYS)


def test_a_history_that_is_not_the_logs_is_not_shown(tmp_path: Path) -> None:
    store = make_folder(tmp_path / "releases")
    with pytest.raises(ReleaseError):
        services.desk(store.folder, SERVICE.log.vkey.text, (SERVICE.witness.vkey.text,))


def test_the_checklist_joins_items_with_the_same_step_and_ends_with_what_needs_none(
    tmp_path: Path,
) -> None:
    desk = services.desk(make_folder(tmp_path / "releases").folder, *KEYS)
    lines = tasks(desk.incidents)
    assert [item.code for item in lines[0].items] == ["card_number", "card_expiry"]
    assert lines[0].step.id == "reissue-card"
    assert [line.idle for line in lines] == [False] * (len(lines) - 1) + [True]
    codes = [item.code for line in lines for item in line.items]
    assert sorted(codes) == sorted(desk.incidents[0].items)


def test_the_form_has_each_field_once_in_the_order_of_the_protocol(tmp_path: Path) -> None:
    desk = services.desk(make_folder(tmp_path / "releases").folder, *KEYS)
    asked = questions(desk.lookups, ())
    names = [field.name for field in form_fields(asked)]
    assert names == ["name", "birth_date", "phone", "customer_number"]


CODED = Lookup(
    id="name+birth_date+channel_token",
    fields=("name", "birth_date", "channel_token"),
    assurance="code",
    reveals="items",
    channels=("phone", "email", "letter"),
)


@pytest.mark.parametrize(
    ("channels", "ways", "fields"),
    [
        ((), None, ["name", "birth_date"]),
        (("email",), ["email"], ["name", "birth_date", "email"]),
        (("letter",), ["letter"], ["name", "birth_date", "letter_code"]),
        (
            ("phone", "email", "letter", "desk"),
            ["phone", "email", "letter", "desk-phone", "desk-email"],
            ["name", "birth_date", "phone", "email", "letter_code", "desk_code"],
        ),
    ],
)
def test_a_code_question_is_offered_with_the_ways_that_the_service_has(
    channels: tuple[str, ...], ways: list[str] | None, fields: list[str]
) -> None:
    found = questions([CODED], channels)
    if ways is None:
        assert found == ()
        return
    (one,) = found
    assert [way.code for way in one.ways] == ways
    assert not one.open
    assert [field.name for field in form_fields(found)] == fields


def test_a_desk_code_for_a_channel_that_the_lookup_does_not_take_is_no_way() -> None:
    (one,) = questions([replace(CODED, channels=("email",))], ("phone", "email", "letter", "desk"))
    assert [way.code for way in one.ways] == ["email", "desk-email"]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (date(2014, 2, 28), "Between February 2013 and February 2014"),
        (date(2014, 2, 27), "Between 1 February 2013 and 27 February 2014"),
    ],
)
def test_whole_months_are_said_as_months(last: date, expected: str) -> None:
    assert period("en", date(2013, 2, 1), last) == expected


def test_witnesses_are_all_who_cosigned_what_is_published_but_ourselves(tmp_path: Path) -> None:
    store = make_folder(tmp_path / "releases")
    keys = (SERVICE.log.vkey.text, (*KEYS[1], SERVICE.witness.vkey.text))
    assert services.desk(store.folder, *keys).witnesses == ()
    note = cosign(store.read("checkpoint"), SERVICE.witness, PUBLISHED + 60)
    with store.changing_checkpoint():
        store.replace_checkpoint(note)
    (found,) = services.desk(store.folder, *keys).witnesses
    assert (found.name, found.moment.timestamp()) == (SERVICE.witness.name, PUBLISHED + 60)
    assert (found.day, found.clock) == (date(1970, 1, 12), "22:47")
    assert services.desk(store.folder, *KEYS).witnesses == ()
    publish_release(store, SERVICE, PUBLISHED + 120)
    assert services.desk(store.folder, *keys).witnesses == ()
