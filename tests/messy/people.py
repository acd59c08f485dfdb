"""People of `synth` for messy files: nobody is real."""

import csv
import tempfile
from pathlib import Path

from breachdesk.synth import Leak, write_leak

HEADER = ("이름", "전화번호", "이메일", "주소", "고객번호")
_COLUMNS = ("고객명", "휴대전화번호", "이메일", "주소", "고객관리번호")


def people(count: int = 6, seed: int = 5) -> list[tuple[str, ...]]:
    """Rows of `HEADER`, all cells filled in and plain, the same for the same seed."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "leak.csv"
        write_leak(Leak(60 + 4 * count, seed=seed), path, lambda _: None)
        with path.open(encoding="utf-8", newline="") as file:
            rows = [
                tuple(row[column].strip() for column in _COLUMNS) for row in csv.DictReader(file)
            ]
    plain = [row for row in rows if all(row) and all(_is_plain(cell) for cell in row)]
    return plain[:count]


def _is_plain(text: str) -> bool:
    """Whether CP949 has it, and no delimiter or quote is in it."""
    try:
        text.encode("cp949")
    except UnicodeEncodeError:
        return False
    return not set(",;|\t\"'\\^\r\n") & set(text)
