"""What the columns of a source file hold."""

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from struct import pack
from typing import Final

import tomlkit

from breachdesk.incident import ITEMS, Incident, item_of_header
from breachdesk.ingest._content import MIN_SHARE, readings, share_of
from breachdesk.ingest._read import Source
from breachdesk.ingest.errors import MappingUnsure, SourceError, UnsureColumn

Hints = dict[int, str]
_QUESTION: Final = "?"
_SAMPLE_ROWS: Final = 2_000
_INTRODUCTION: Final = (
    "What each column of the source file holds: an item of the catalogue,",
    'or "" for a column that holds none. A column without a name is "#" and its number.',
)


@dataclass(frozen=True, slots=True)
class Mapping:
    """The item of each column, None where it holds none. `names` are the columns' names.

    Every item that a lookup or the identification of subjects needs has one column at most.
    """

    names: tuple[str, ...]
    columns: tuple[str | None, ...]

    def column_of(self, code: str) -> int | None:
        """Return the index of the first column that holds the item."""
        return self.columns.index(code) if code in self.columns else None

    def for_source(self, source: Source) -> "Mapping":
        """Return the mapping with the columns in the source's order.

        Raises SourceError unless it names exactly the columns of the source.
        """
        names = column_names(source.header)
        codes = dict(zip(self.names, self.columns, strict=True))
        unknown = [name for name in names if name not in codes]
        gone = [name for name in self.names if name not in names]
        if unknown or gone:
            parts = [
                f"{text} {', '.join(map(_quoted, listed))}"
                for text, listed in (("it lacks", unknown), ("only it has", gone))
                if listed
            ]
            raise SourceError(
                "mapping-file",
                f"The mapping is not for {source.path.name}: {'; '.join(parts)}.",
                f"Write one for this file: breachdesk inspect {source.path.name} "
                "--write-mapping mapping.toml.",
            )
        return Mapping(names, tuple(codes[name] for name in names))

    def require(self, incident: Incident) -> None:
        """Raise SourceError unless every lookup and some identification of subjects is there.

        Also if a column holds an item that the incident does not list: clients refuse such
        entries (PROTOCOL section 6.3).
        """
        _require_listed(self, incident)
        _require_once(self, incident)
        _require_lookups(self, incident)
        _require_subject(self, incident)

    def binding(self) -> bytes:
        """Return bytes that differ for mappings that mean something else."""
        strings = [text for pair in zip(self.names, self.columns, strict=True) for text in pair]
        encoded = [(text or "").encode() for text in strings]
        parts = [pack(">H", len(text)) + text for text in encoded]
        return b"breachdesk/mapping/1" + pack(">H", len(self.columns)) + b"".join(parts)

    def to_toml(self, questions: Hints | None = None) -> str:
        """Return the text of a mapping file.

        `questions` are the columns still to be answered, by index, each with a hint or "": they
        get "?", which `load_mapping` refuses.
        """
        document = tomlkit.document()
        for line in _INTRODUCTION:
            document.add(tomlkit.comment(line))
        table = tomlkit.table()
        for index, (name, code) in enumerate(zip(self.names, self.columns, strict=True)):
            open_question = questions is not None and index in questions
            value = tomlkit.string(_QUESTION if open_question else code or "")
            if questions and questions.get(index):
                value.comment(questions[index])
            table.add(tomlkit.key([name]), value)
        document.add("columns", table)
        return tomlkit.dumps(document)


def column_names(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name for each column: `#3` for a third one that has none."""
    return tuple(name or f"#{number}" for number, name in enumerate(header, 1))


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises SourceError naming the column that is wrong."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise _bad_file(path, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise _bad_file(path, "is not in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _bad_file(path, f"is no valid TOML ({error})") from None
    columns = document.get("columns")
    if set(document) != {"columns"} or not isinstance(columns, dict) or not columns:
        raise _bad_file(path, "must have one table, [columns]")
    for name, code in columns.items():
        if code == _QUESTION:
            raise _bad_file(path, f"does not say yet what column {_quoted(name)} holds")
        if not isinstance(code, str) or (code and code not in ITEMS):
            raise _bad_file(path, f"gives column {_quoted(name)} something that is no item")
    return Mapping(tuple(columns), tuple(code or None for code in columns.values()))


def guess_mapping(source: Source, incident: Incident) -> Mapping:
    """Name the columns by their header, checked against what they hold.

    Content alone never decides: a column of phone numbers may be somebody else's. Raises
    MappingUnsure with what to ask, or SourceError as `Mapping.require` does.
    """
    codes = tuple(item_of_header(name) if name else None for name in source.header)
    sample = next(source.batches(_SAMPLE_ROWS)).frame
    needed = _needed(incident)
    repeated = {code for code, n in Counter(codes).items() if n > 1 and code in needed}
    unsure = []
    for index, (name, code) in enumerate(zip(source.header, codes, strict=True)):
        cells = sample.to_series(index)
        if code is None:
            candidates = readings(cells)
            if name or candidates:
                unsure.append(UnsureColumn(index + 1, name, candidates, "the name is unknown"))
        elif code in repeated:
            why = "another column has the same meaning, and only one can be asked for"
            unsure.append(UnsureColumn(index + 1, name, (code,), why))
        elif code in needed and (share := share_of(code, cells)) is not None and share < MIN_SHARE:
            why = f"only {share:.0%} of it reads as {code}"
            unsure.append(UnsureColumn(index + 1, name, (code,), why))
    if unsure:
        raise MappingUnsure(tuple(unsure), source.path.name)
    mapping = Mapping(column_names(source.header), codes)
    mapping.require(incident)
    return mapping


def _require_listed(mapping: Mapping, incident: Incident) -> None:
    for name, code in zip(mapping.names, mapping.columns, strict=True):
        if code and code not in incident.items:
            raise SourceError(
                "unlisted-item",
                f"Column {_quoted(name)} holds {code}, which the incident does not list.",
                f'Add "{code}" to `items` of the incident file: it leaked.',
            )


def _needed(incident: Incident) -> set[str]:
    """Return the items that lookups ask for or that identify subjects."""
    needed = {code for columns in incident.subject_columns for code in columns}
    return needed.union(*(lookup.columns for lookup in incident.lookups))


def _require_once(mapping: Mapping, incident: Incident) -> None:
    for code in sorted(_needed(incident)):
        names = [
            name for name, held in zip(mapping.names, mapping.columns, strict=True) if held == code
        ]
        if len(names) > 1:
            raise SourceError(
                "mapping-file",
                f"Columns {' and '.join(map(_quoted, names))} are both {code}, and people can be "
                "asked for one only.",
                'Give "" to those that are not to be asked for.',
            )


def _require_lookups(mapping: Mapping, incident: Incident) -> None:
    for lookup in incident.lookups:
        missing = [code for code in lookup.typed if not _has(mapping, code)]
        reached = [one for one in lookup.channels if one == "letter" or _has(mapping, one)]
        if lookup.channels and not reached:
            missing += lookup.channels
        if missing:
            raise SourceError(
                "missing-columns",
                f"No column holds {' or '.join(missing)}, so {lookup.id} could find nobody.",
                "Name the column in a mapping file (breachdesk inspect --write-mapping), or "
                "remove the lookup from the incident file.",
            )


def _require_subject(mapping: Mapping, incident: Incident) -> None:
    if any(all(_has(mapping, code) for code in columns) for columns in incident.subject_columns):
        return
    wanted = " or ".join("+".join(columns) for columns in incident.subject_columns)
    raise SourceError(
        "missing-columns",
        f"No columns tell one person from another: the incident file wants {wanted}.",
        "Name them in a mapping file, or change `columns` of [subject] in the incident file.",
    )


def _has(mapping: Mapping, code: str) -> bool:
    return code in mapping.columns or (code == "birth_date" and "rrn" in mapping.columns)


def _bad_file(path: Path, what: str) -> SourceError:
    return SourceError(
        "mapping-file",
        f"The mapping {path.name} {what}.",
        'Lines under [columns] look like "고객명" = "name"; breachdesk inspect FILE '
        "--write-mapping writes them.",
    )


def _quoted(name: str) -> str:
    return f'"{name}"'
