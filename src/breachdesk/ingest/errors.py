"""What can go wrong between a source file and a release.

No message holds a value of the source: file names, row numbers, column headers and reasons only.
"""

from dataclasses import dataclass
from typing import Final, Literal

SourceErrorKind = Literal[
    "unreadable",
    "empty",
    "header-only",
    "wrong-encoding",
    "truncated-last-row",
    "line-too-long",
    "nul-byte",
    "changed",
    "format",
    "damaged",
    "too-large",
    "bomb",
    "password",
    "mapping-file",
    "mapping-unsure",
    "missing-columns",
    "unlisted-item",
    "rejects-file",
    "vanished",
]


class IngestError(Exception):
    """`message` says what is wrong, `fix` what to do next."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(f"{message} {fix}")
        self.message: Final = message
        self.fix: Final = fix


BuildErrorKind = Literal[
    "all-rejected",
    "amend",
    "buckets",
    "count",
    "disk",
    "incident-dropped",
    "interrupted",
    "key",
    "ledger",
    "letters",
    "lookups",
    "peer",
    "rejects",
    "retired",
    "sealed-file",
    "self-check",
    "slots",
    "source-changed",
    "source-known",
    "source-twice",
    "spill",
    "worker",
]


class BuildError(IngestError):
    """A build that could not be done; nothing was published."""

    def __init__(self, kind: BuildErrorKind, message: str, fix: str) -> None:
        super().__init__(message, fix)
        self.kind: Final[BuildErrorKind] = kind

    def __reduce__(self) -> tuple[type["BuildError"], tuple[str, str, str]]:
        """Come back whole from a worker process."""
        return type(self), (self.kind, self.message, self.fix)


class RetireError(IngestError):
    """A key epoch or an incident that cannot be ended as asked."""


class SourceError(IngestError):
    """A source file, or what its columns mean, that cannot be used."""

    def __init__(self, kind: SourceErrorKind, message: str, fix: str) -> None:
        super().__init__(message, fix)
        self.kind: Final[SourceErrorKind] = kind


class Stopped(Exception):  # noqa: N818 - nothing is wrong
    """A reading that nobody wants any more. Never leaves the reader."""


@dataclass(frozen=True, slots=True)
class UnsureColumn:
    """A column whose item is not certain. `column` is its number from 1."""

    column: int
    header: str
    candidates: tuple[str, ...]
    why: str


class MappingUnsure(SourceError):  # noqa: N818 - it is a question
    """Columns that somebody who knows the file has to name."""

    def __init__(self, columns: tuple[UnsureColumn, ...], table: str, file: str) -> None:
        listed = "; ".join(_question(column) for column in columns)
        super().__init__(
            "mapping-unsure",
            f"It is not certain what {_count(columns)} of {table} hold: {listed}.",
            f"Run `breachdesk inspect {file} --write-mapping mapping.toml`, correct the file "
            "that it writes, and pass --mapping mapping.toml.",
        )
        self.columns: Final = columns


def _count(columns: tuple[UnsureColumn, ...]) -> str:
    return "1 column" if len(columns) == 1 else f"{len(columns)} columns"


def _question(column: UnsureColumn) -> str:
    name = f'column {column.column} "{column.header}"'
    maybe = f" (perhaps {' or '.join(column.candidates)})" if column.candidates else ""
    return f"{name}: {column.why}{maybe}"
