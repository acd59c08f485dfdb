"""Read `[[lookups]]` and `[subject]`: who can ask about a person, and what is a person."""

from collections.abc import Collection
from typing import Any, cast

from breachdesk.incident._assurance import (
    TOKEN_FIELD,
    check_openness,
    check_token_field,
    read_override,
    read_token_channels,
)
from breachdesk.incident._catalogue import ITEMS
from breachdesk.incident._model import Assurance, Lookup, Reveals
from breachdesk.incident._table import Table, nearest

LOOKUP_FIELDS = (
    "name",
    "birth_date",
    "phone",
    "email",
    "rrn",
    "customer_number",
    "bank_account",
    "card_number",
)
RRN_OVERRIDE = "a-statute-allows-us-to-ask-for-the-rrn"
_EXAMPLE = '["name", "birth_date", "phone"]'


def read_lookups(
    root: Table, items: Collection[str] | None, sensitivity: str | None
) -> tuple[Lookup, ...]:
    """Read every lookup; those with a problem are noted and left out."""
    lookups: list[Lookup] = []
    seen: dict[frozenset[str], str] = {}
    for table in root.tables("lookups"):
        lookup = _read_lookup(table, items, sensitivity)
        if lookup is None:
            continue
        if other := seen.get(frozenset(lookup.fields)):
            table.error("id", f'The lookup "{other}" asks the same.', "Remove one of the two.")
            continue
        seen[frozenset(lookup.fields)] = lookup.id
        _warn_of_fields_without_item(table, lookup, items)
        lookups.append(lookup)
    return tuple(lookups)


def read_subject_columns(root: Table, items: Collection[str] | None) -> tuple[tuple[str, ...], ...]:
    """Read the alternatives of item codes that identify a person, in order of preference."""
    fix = 'Add [subject] with columns = [["rrn"], ["customer_number"]].'
    table = root.table("subject", fix)
    if table is None:
        return ()
    value = table.raw("columns", fix)
    table.finish()
    if value is None:
        return ()
    if not _is_list_of_lists(value):
        table.error(
            "columns",
            "`columns` must be a list of alternatives, each a list of items.",
            'Write columns = [["rrn"], ["customer_number"]].',
        )
        return ()
    for index, columns in enumerate(value):
        _check_alternative(table, index, columns, items)
        if columns in value[:index]:
            table.problems.error(
                (*table.path, "columns", index), "An alternative stands twice.", "Remove one."
            )
    return tuple(tuple(columns) for columns in value)


def _read_lookup(
    table: Table, items: Collection[str] | None, sensitivity: str | None
) -> Lookup | None:
    lookup_id = table.string("id", "name+birth_date+phone")
    fields = table.known("fields", _EXAMPLE, (*LOOKUP_FIELDS, TOKEN_FIELD))
    assurance = table.choice("assurance", ("code", "open"))
    reveals = table.choice("reveals", ("membership", "items"))
    channels = read_token_channels(table, assurance, items)
    if fields == ():
        table.error("fields", "`fields` names nothing to ask for.", f"Write fields = {_EXAMPLE}.")
    allowed = check_openness(table, assurance, reveals, sensitivity)
    if fields is not None:
        _check_rrn(table, fields)
        allowed = check_token_field(table, assurance, fields) and allowed
        if allowed:
            _check_id(table, lookup_id, fields)
    table.finish()
    if not (lookup_id and fields and assurance and reveals and allowed and channels is not None):
        return None
    return Lookup(
        lookup_id, fields, cast("Assurance", assurance), cast("Reveals", reveals), channels
    )


def _check_id(table: Table, lookup_id: str | None, fields: tuple[str, ...]) -> None:
    ordered = sorted(fields, key=(*LOOKUP_FIELDS, TOKEN_FIELD).index)
    if list(fields) != ordered:
        wanted = ", ".join(f'"{name}"' for name in ordered)
        message = "The fields are in another order than every client expects."
        table.error("fields", message, f"Write fields = [{wanted}].")
        return
    expected = "+".join(fields)
    if lookup_id is not None and fields and lookup_id != expected:
        message = "`id` must be the fields joined by +."
        table.error("id", message, f'Write id = "{expected}".')


def _check_rrn(table: Table, fields: tuple[str, ...]) -> None:
    """Collecting RRNs on line without a statute is forbidden in Korea (PIPA 24-2)."""
    override = read_override(table, "rrn_override", RRN_OVERRIDE)
    if "rrn" in fields and not override:
        table.error(
            "fields",
            "This lookup asks people for their resident registration number, "
            "which is forbidden on line unless a statute allows it.",
            f'Remove "rrn", or if a statute allows you write rrn_override = "{RRN_OVERRIDE}".',
        )
    elif "rrn" in fields:
        table.problems.warn(
            (*table.path, "rrn_override"),
            "This lookup asks people for their resident registration number.",
            "Keep it only if a statute allows you to ask.",
        )
    elif override:
        message = "`rrn_override` does nothing here: the lookup does not ask for an RRN."
        table.error("rrn_override", message, "Remove the line.")


def _warn_of_fields_without_item(
    table: Table, lookup: Lookup, items: Collection[str] | None
) -> None:
    for index, field in enumerate(lookup.typed):
        if items is None or _in_file(field, items):
            continue
        table.problems.warn(
            (*table.path, "fields", index),
            f'"{field}" is not among the leaked items, so this lookup may find nobody.',
            f'Add "{field}" to items if the files hold it, or remove the lookup.',
        )


def _check_alternative(
    table: Table, index: int, columns: list[str], items: Collection[str] | None
) -> None:
    path = (*table.path, "columns", index)
    for code in columns:
        if code not in ITEMS:
            table.problems.error(path, f'"{code}" is no item.', nearest(code, ITEMS))
        elif items is not None and not _in_file(code, items):
            message = f'"{code}" identifies people but is not among the items.'
            table.problems.error(path, message, f'Add "{code}" to items, or remove it here.')
    if len(set(columns)) < len(columns):
        table.problems.error(path, "An alternative has an item twice.", "Remove one.")


def _in_file(code: str, items: Collection[str]) -> bool:
    return code in items or (code == "birth_date" and "rrn" in items)


def _is_list_of_lists(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(entry, list) and entry and all(isinstance(code, str) for code in entry)
            for entry in value
        )
    )
