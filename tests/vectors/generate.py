"""Write spec/vectors/*.json (PROTOCOL section 14), or check that they are what this would write.

    python -m tests.vectors.generate [--check]

A module `tests.vectors._<name>` has `vectors()`, which gives the content of `<name>.json`:
`section`, `good` and `bad`. Each vector has a `name`; a bad one has the `error` (or `reason`) that
it must cause. To add a file, add its name to NAMES.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "spec" / "vectors"
PROTOCOL = 1
NAMES = (
    "fields",
    "inputs",
    "tokens",
    "entries",
    "buckets",
    "paths",
    "manifests",
    "checkpoints",
    "consistency",
    "evaluations",
    "batches",
    "transcripts",
)


def content(name: str) -> dict[str, Any]:
    """The content of one file, as a reader of the JSON sees it."""
    made = importlib.import_module(f"tests.vectors._{name}").vectors()
    return {"protocol": PROTOCOL, **{key: made[key] for key in ("section", "good", "bad")}}


def render(name: str) -> str:
    """The text of one file."""
    return json.dumps(content(name), ensure_ascii=False, indent=1) + "\n"


def outdated() -> list[str]:
    """The files that are not what this would write."""
    return [
        name
        for name in NAMES
        if not (path := FOLDER / f"{name}.json").exists() or path.read_text("utf-8") != render(name)
    ]


def main(arguments: list[str]) -> int:
    """Write what differs; with --check, only say so. Exit status 1 if a check failed."""
    stale = outdated()
    verb = "differs from" if arguments == ["--check"] else "written as"
    if verb == "written as":
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (FOLDER / f"{name}.json").write_text(render(name), "utf-8")
    for name in stale:
        sys.stdout.write(f"spec/vectors/{name}.json {verb} what tests/vectors makes\n")
    return 1 if stale and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
