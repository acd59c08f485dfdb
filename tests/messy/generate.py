"""Write the labelled messy files: `python -m tests.messy.generate` fills tests/data/messy.

Archives and workbooks hold times and salts, so a second run writes other bytes that mean the same.
"""

import itertools
import json
from pathlib import Path

from tests.messy import packed, texts
from tests.messy.texts import Made

FOLDER = Path(__file__).parents[1] / "data" / "messy"


def made() -> list[Made]:
    """All of them, in the order of their numbers."""
    return list(
        itertools.chain(
            texts.encodings(),
            texts.delimiters(),
            texts.quotes(),
            texts.layouts(),
            texts.broken(),
            packed.workbooks(),
            packed.objects(),
            packed.dumps(),
            packed.parquets(),
            packed.archives(),
        )
    )


def main() -> None:
    """Write each file and, beside it, what a reader must find."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for number, (name, data, expected) in enumerate(made(), 1):
        path = FOLDER / f"{number:02}-{name}"
        path.write_bytes(data)
        said = (
            {"error": expected}
            if isinstance(expected, str)
            else {"tables": [table.as_json() for table in expected]}
        )
        text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
        path.with_name(f"{path.name}.expected.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
