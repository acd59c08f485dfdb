"""Write a mapping file for a person to review."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import tomlkit
from tomlkit.items import Table

from breachdesk.ingest._mapping import column_names
from breachdesk.ingest._mapping_file import QUESTION
from breachdesk.ingest._source import Reading

_ORDINARY: Final = (",", "\t", ";", "|")
_COLUMNS: Final = (
    "What each column of the source file holds: an item of the catalogue,",
    'or "" for a column that holds none. A column without a name is "#" and its number.',
)
_TO_DECIDE: Final = (
    'To decide by who knows the data: each "?", and whether what stands there is right. Where',
    'two columns hold the same item, people are asked for one: the other is "". A phone of',
    'somebody else (a guardian, an agent) is not the person\'s: "".',
)
_TABLES: Final = (
    "Each [[tables]] is one table of the sources: `file` is the end of its path, or a pattern",
    "(*.csv); `member` is a file in an archive; `table` a sheet, or a table of a dump. Say",
    "`ignore = true` instead of columns for a table in which nobody is: it is not read at all.",
)
_READING: Final = (
    "`skip` rows stand above the header, `header_rows` name the columns (0: none do).",
)
_BLANK: Final = "cells that say only this count as empty; remove what is a value"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `inspect` found of one table; `questions` by column, each with a hint or ""."""

    file: str
    member: str
    table: str
    reading: Reading
    header: tuple[str, ...]
    codes: tuple[str | None, ...]
    questions: dict[int, str]
    notes: tuple[str, ...] = ()


def to_toml(proposals: Sequence[Proposal]) -> str:
    """Return the text of a mapping file. `load_mapping` refuses it while a "?" stands in it."""
    document = tomlkit.document()
    for line in (*_COLUMNS, *_TO_DECIDE):
        document.add(tomlkit.comment(line))
    if len(proposals) == 1:
        _add_single(document, proposals[0])
        return tomlkit.dumps(document)
    for line in _TABLES:
        document.add(tomlkit.comment(line))
    tables = tomlkit.aot()
    for proposal in proposals:
        tables.append(_entry(proposal))
    document.add("tables", tables)
    return tomlkit.dumps(document)


def _add_single(document: tomlkit.TOMLDocument, proposal: Proposal) -> None:
    for note in proposal.notes:
        document.add(tomlkit.comment(note))
    options = _options(proposal.reading)
    if options:
        reading = tomlkit.table()
        for line in _READING:
            reading.add(tomlkit.comment(line))
        _add_options(reading, options)
        document.add("reading", reading)
    document.add("columns", _columns(proposal))


def _entry(proposal: Proposal) -> Table:
    entry = tomlkit.table()
    for note in proposal.notes:
        entry.add(tomlkit.comment(note))
    address = {"file": proposal.file, "member": proposal.member, "table": proposal.table}
    for key, text in address.items():
        if text:
            entry.add(key, _escaped(text))
    _add_options(entry, _options(proposal.reading))
    entry.add("columns", _columns(proposal))
    return entry


def _columns(proposal: Proposal) -> Table:
    table = tomlkit.table()
    names = column_names(proposal.header)
    for index, (name, code) in enumerate(zip(names, proposal.codes, strict=True)):
        value = tomlkit.string(QUESTION if index in proposal.questions else code or "")
        if hint := proposal.questions.get(index):
            value.comment(hint)
        table.add(tomlkit.key([name]), value)
    return table


def _options(reading: Reading) -> dict[str, Any]:
    """Return what was found and should stay so, because it is not what nearly all files are."""
    usual = {"skip": 0, "header_rows": 1, "quote": '"', "escape": False}
    found = {
        field.name: value
        for field in fields(Reading)
        if (value := getattr(reading, field.name)) not in (None, (), usual.get(field.name))
    }
    found.pop("encoding", None)
    if found.get("delimiter") in _ORDINARY:
        del found["delimiter"]
    if not found.get("breaks_off"):
        found.pop("breaks_off", None)
    return found


def _add_options(table: Table, options: dict[str, Any]) -> None:
    for key, value in options.items():
        item = tomlkit.item(list(value) if isinstance(value, tuple) else value)
        if key == "blank":
            item.comment(_BLANK)
        table.add(key, item)


def _escaped(text: str) -> str:
    """Return a pattern that means exactly this text."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)
