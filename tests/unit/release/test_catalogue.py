"""The closed lists of a manifest are those of the packages that own them."""

from breachdesk.identifiers import FIELDS
from breachdesk.incident import ITEMS
from breachdesk.release import FIELD_TYPES, ITEM_BITS


def test_fields_are_those_that_have_canonical_forms() -> None:
    assert {name: field.type_id for name, field in FIELDS.items()} == {
        name: type_id for name, type_id in FIELD_TYPES.items() if name in FIELDS
    }
    assert set(FIELD_TYPES) - set(FIELDS) <= {"channel_token"}


def test_items_are_those_of_the_catalogue() -> None:
    assert {code: item.bit for code, item in ITEMS.items()} == dict(ITEM_BITS)
