"""What a lead revises changes the incident file in these words, and in nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachdesk.incident import CHANNELS, CONTACT_KINDS, Channels, Contact, Text, parse
from breachdesk.incidents import Actor, services
from breachdesk.incidents.errors import ChangedMeanwhileError, WrongChangeError
from breachdesk.incidents.models import Channel, Entry, Statement, Version
from tests.unit.desk.test_register import TEXT, taken

LEAD = Actor.staff(1)
BEFORE = services.changes_of(parse(TEXT, "kt-2014"))
SAID = replace(BEFORE, statement=Text('새 "말씀"\n둘째 줄', "A new \\ statement\nof two lines"))
MAIL = Contact("email", Text("전자우편", "E-mail"), Text("a@b.kr", "a@b.kr"), Text("늘", "always"))
EXAMPLE = (Path(__file__).parents[3] / "examples/kt-2014/incident.toml").read_text("utf-8")

_words = st.builds(
    Text,
    *[st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), min_size=1)]
    * 2,
).filter(lambda text: text.ko == text.ko.strip() != "" and text.en == text.en.strip() != "")
_contacts = st.builds(Contact, st.sampled_from(CONTACT_KINDS), _words, _words, _words)


@st.composite
def _channels(draw: st.DrawFn) -> Channels:
    said = {code: draw(st.sampled_from(("uses", "never", ""))) for code in CHANNELS}
    both = [tuple(code for code in CHANNELS if said[code] == way) for way in ("uses", "never")]
    return Channels(*both)


@given(
    changes=st.builds(
        services.Changes,
        _words,
        _channels(),
        st.lists(_contacts, min_size=1, max_size=5).map(tuple),
    ),
    text=st.sampled_from((TEXT, EXAMPLE)),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_says_what_was_asked_and_nothing_else_changes(
    changes: services.Changes, text: str
) -> None:
    found = services.revised(text, changes, "kt-2014")
    assert services.changes_of(found) == changes
    assert found.release_binding() == parse(text, "kt-2014").release_binding()
    again = services.revised(found.source_text, changes, "kt-2014")
    assert again.source_text == found.source_text
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in found.source_text.splitlines() if line in comments] == comments


def test_no_change_is_the_same_file() -> None:
    assert services.revised(TEXT, BEFORE, "x").source_text == TEXT


def test_a_file_that_holds_its_contacts_in_one_line_is_changed_too() -> None:
    start = TEXT.index("[[contacts]]")
    rest = TEXT[start:].partition("[[help]]")
    contact = '{kind = "shop", name = {ko = "가", en = "b"}, value = {ko = "가", en = "b"}, '
    short = f'contacts = [{contact}hours = {{ko = "가", en = "b"}}}}]\n' + TEXT[:start]
    short += "".join(rest[1:])
    for contacts in (BEFORE.contacts, (MAIL,)):
        found = services.revised(short, replace(BEFORE, contacts=contacts), "x")
        assert found.contacts == contacts


@pytest.mark.parametrize(
    "wrong",
    [
        replace(BEFORE, statement=Text("", "x")),
        replace(BEFORE, contacts=()),
        replace(BEFORE, contacts=(replace(MAIL, kind="fax"),)),
        replace(BEFORE, contacts=(replace(MAIL, hours=Text("늘", " ")),)),
        replace(BEFORE, channels=Channels(("sms",), ("sms",))),
        replace(BEFORE, channels=Channels(("pigeon",), ())),
    ],
)
def test_what_no_file_may_say_is_refused(wrong: services.Changes) -> None:
    with pytest.raises(WrongChangeError):
        services.revised(TEXT, wrong, "x")


@pytest.mark.usefixtures("running")
def test_a_revision_is_the_next_version_with_its_history() -> None:
    incident = taken()
    changes = replace(SAID, channels=Channels(("post",), ("sms", "visit")), contacts=(MAIL,))
    version = services.revise(LEAD, incident, 1, changes, "what the police found")
    assert (version.number, version.author) == (2, LEAD.name)
    assert services.export_text(incident) == version.text
    assert services.changes_of(services.describe(incident)) == changes
    assert Version.objects.get(number=1).text == TEXT
    newest = Statement.objects.filter(version=2).values_list("language", "text", "author")
    assert sorted(newest) == [
        ("en", changes.statement.en, LEAD.name),
        ("ko", changes.statement.ko, LEAD.name),
    ]
    assert set(Channel.objects.values_list("code", "uses")) == {
        ("post", True),
        ("sms", False),
        ("visit", False),
    }
    entry = Entry.objects.get(kind="amended")
    assert (entry.source, entry.author) == ("what the police found", LEAD.name)


@pytest.mark.usefixtures("running")
def test_nothing_is_revised_unseen_and_the_same_is_no_version() -> None:
    incident = taken()
    assert services.revise(LEAD, incident, 1, BEFORE, "nothing").number == 1
    services.revise(LEAD, incident, 1, SAID, "first")
    with pytest.raises(ChangedMeanwhileError):
        services.revise(LEAD, incident, 1, BEFORE, "second")
    with pytest.raises(WrongChangeError):
        services.revise(LEAD, incident, 2, BEFORE, " ")
    assert Version.objects.count() == 2
    assert Entry.objects.filter(kind="amended").count() == 1
