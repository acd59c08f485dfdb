"""The columns of a dump's tables, from CREATE TABLE: what sqlglot is good at."""

import logging
import re
from typing import Final

_COLUMN: Final = re.compile(r'^\s*[`"\[]?([^\s`"\[\]]+)[`"\]]?\s+[A-Za-z]', re.M)
_NO_COLUMN: Final = re.compile(
    r"^\s*(?:PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|FOREIGN|FULLTEXT|SPATIAL|CHECK|EXCLUDE|LIKE)\b",
    re.IGNORECASE,
)
_MOST: Final = 1 << 20


def columns_of_create(statement: str, dialect: str) -> list[str]:
    """Return the names of the columns in their order, none if they cannot be told."""
    if len(statement) > _MOST:
        return []
    # Imported where a dump is read: it takes longer than all that most builds need.
    import sqlglot  # noqa: PLC0415
    from sqlglot import expressions as sql  # noqa: PLC0415
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)  # it quotes what it cannot parse
    try:
        parsed = sqlglot.parse_one(statement, read=dialect)
    except (SqlglotError, RecursionError, ValueError, AttributeError, IndexError):
        return _by_line(statement)
    finally:
        logger.setLevel(level)
    schema = parsed.find(sql.Schema)
    if schema is None:
        return _by_line(statement)
    names = [part.name for part in schema.expressions if isinstance(part, sql.ColumnDef)]
    return names or _by_line(statement)


def _by_line(statement: str) -> list[str]:
    """Return the first name of each line between the outer brackets."""
    inside = statement[statement.find("(") + 1 : statement.rfind(")")]
    lines = [line for line in inside.split("\n") if not _NO_COLUMN.match(line)]
    return [found[1] for line in lines if (found := _COLUMN.match(line))]
