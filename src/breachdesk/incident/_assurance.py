"""Who may ask: assurance, channels, sensitivity, and which go together (PROTOCOL 4.1)."""

from collections.abc import Collection

from breachdesk.incident._table import Table

TOKEN_FIELD = "channel_token"  # noqa: S105 (a field's name)
TOKEN_CHANNELS = ("phone", "email", "letter")
"""Channels that a code comes by, in the order of their types (PROTOCOL 4.4)."""

SENSITIVITIES = ("ordinary", "sensitive")
ITEMS_OVERRIDE = "anyone-who-knows-these-details-learns-the-items"

_CHANNELS_EXAMPLE = '["phone", "email", "letter"]'


def read_sensitivity(root: Table) -> str | None:
    """Read whether open lookups are allowed at all; `ordinary` if nothing is said."""
    if not root.has("sensitivity"):
        return SENSITIVITIES[0]
    return root.choice("sensitivity", SENSITIVITIES)


def read_token_channels(
    table: Table, assurance: str | None, items: Collection[str] | None
) -> tuple[str, ...] | None:
    """Read `channels` of a lookup, in the order of their types; empty unless it takes codes."""
    if assurance != "code":
        if table.has("channels"):
            table.raw("channels", "")
            message = "`channels` does nothing here: an open lookup takes no code."
            table.error("channels", message, 'Remove the line, or write assurance = "code".')
        return ()
    channels = table.known("channels", _CHANNELS_EXAMPLE, TOKEN_CHANNELS)
    if channels == ():
        table.error(
            "channels",
            "`channels` names nothing that a code could come by.",
            f"Write channels = {_CHANNELS_EXAMPLE}.",
        )
    _warn_of_channels_without_item(table, channels or (), items)
    return tuple(one for one in TOKEN_CHANNELS if one in (channels or ())) or None


def check_token_field(table: Table, assurance: str | None, fields: tuple[str, ...]) -> bool:
    """`channel_token` is the last field exactly of lookups that take codes, after typed ones."""
    if assurance is None or not fields:
        return False
    typed = tuple(name for name in fields if name != TOKEN_FIELD)
    if assurance == "open" and typed != fields:
        table.error(
            "fields",
            "An open lookup has no channel_token.",
            f'Remove "{TOKEN_FIELD}", or write assurance = "code".',
        )
    elif assurance == "code" and not typed:
        table.error(
            "fields",
            "A code alone says nothing of the person: numbers and mailboxes change hands.",
            f'Write fields = ["name", "birth_date", "{TOKEN_FIELD}"].',
        )
    elif assurance == "code" and fields != (*typed, TOKEN_FIELD):
        wanted = ", ".join(f'"{name}"' for name in (*typed, TOKEN_FIELD))
        table.error(
            "fields",
            "A lookup that takes codes has channel_token as its last field.",
            f"Write fields = [{wanted}], and channels = {_CHANNELS_EXAMPLE}.",
        )
    else:
        return True
    return False


def check_openness(
    table: Table, assurance: str | None, reveals: str | None, sensitivity: str | None
) -> bool:
    """What an open lookup may say: nothing of a sensitive incident, and items by override only."""
    override = read_override(table, "override", ITEMS_OVERRIDE)
    risky = assurance == "open" and reveals == "items"
    if assurance == "open" and sensitivity == "sensitive":
        table.error(
            "assurance",
            "The incident is sensitive: nobody may learn anything of somebody else, not even that "
            "the person is in it, and an open lookup tells whoever knows the details.",
            f'Write assurance = "code", "{TOKEN_FIELD}" as the last field and channels = '
            f"{_CHANNELS_EXAMPLE}, or remove the lookup.",
        )
        return False
    if risky and not override:
        table.error(
            "reveals",
            "Open with items tells anyone who knows these details what leaked of somebody else "
            "(KB Card, 2014: ten tries opened anyone).",
            'Write assurance = "code" or reveals = "membership", or, if you accept this, '
            f'override = "{ITEMS_OVERRIDE}".',
        )
        return False
    if risky:
        table.problems.warn(
            (*table.path, "override"),
            "Anyone who knows these details of a person learns what leaked of that person.",
            'Change to assurance = "code", or to reveals = "membership".',
        )
    elif override and assurance and reveals:
        message = "`override` does nothing here: the lookup is not open with items."
        table.error("override", message, "Remove the line.")
    return True


def read_override(table: Table, key: str, wanted: str) -> bool:
    """Return whether the override is there; one with other words is an error, not a yes."""
    value = table.string(key, wanted, required=False)
    if value is not None and value != wanted:
        table.error(key, f"`{key}` has other words than expected.", f'Write {key} = "{wanted}".')
    return value is not None


def _warn_of_channels_without_item(
    table: Table, channels: Collection[str], items: Collection[str] | None
) -> None:
    for channel in channels:
        if items is None or channel == "letter" or channel in items:
            continue
        table.problems.warn(
            (*table.path, "channels"),
            f'"{channel}" is not among the leaked items, so no code can come by it.',
            f'Add "{channel}" to items if the files hold it, or remove it from channels.',
        )
