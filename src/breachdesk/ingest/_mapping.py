"""What the columns of a source file hold."""

from dataclasses import dataclass
from struct import pack

from breachdesk.incident import Incident
from breachdesk.ingest._source import Source
from breachdesk.ingest.errors import SourceError


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
                f"{text} {', '.join(map(quoted, listed))}"
                for text, listed in (("it lacks", unknown), ("only it has", gone))
                if listed
            ]
            raise SourceError(
                "mapping-file",
                f"The mapping is not for {source.place.label}: {'; '.join(parts)}.",
                f"Write one for this file: breachdesk inspect {source.place.path.name} "
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


def column_names(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name for each column: `#3` for a third one that has none."""
    return tuple(name or f"#{number}" for number, name in enumerate(header, 1))


def _require_listed(mapping: Mapping, incident: Incident) -> None:
    for name, code in zip(mapping.names, mapping.columns, strict=True):
        if code and code not in incident.items:
            raise SourceError(
                "unlisted-item",
                f"Column {quoted(name)} holds {code}, which the incident does not list.",
                f'Add "{code}" to `items` of the incident file: it leaked.',
            )


def needed(incident: Incident) -> set[str]:
    """Return the items that lookups ask for or that identify subjects."""
    identifying = {code for columns in incident.subject_columns for code in columns}
    return identifying.union(*(lookup.columns for lookup in incident.lookups))


def _require_once(mapping: Mapping, incident: Incident) -> None:
    for code in sorted(needed(incident)):
        names = [
            name for name, held in zip(mapping.names, mapping.columns, strict=True) if held == code
        ]
        if len(names) > 1:
            raise SourceError(
                "mapping-file",
                f"Columns {' and '.join(map(quoted, names))} are both {code}, and people can be "
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


def quoted(name: str) -> str:
    """A column's name as messages show it."""
    return f'"{name}"'
