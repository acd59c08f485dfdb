"""The page's scripts as `make bundle` built them: names and hashes from the build's manifest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

from breachdesk.site.errors import BundleMissingError

PAGES = "portal/built"


@dataclass(frozen=True, slots=True)
class Bundle:
    """`sha256` is the hash of the whole, which the build prints; `names` are static file names."""

    sha256: str
    names: Mapping[str, str]


@cache
def bundle(folder: str = PAGES) -> Bundle:
    """Read the manifest of a folder of static files. BundleMissingError if it was not built."""
    found = finders.find(f"{folder}/manifest.json")
    if not isinstance(found, str):
        raise BundleMissingError("the page's scripts are not built: run `make bundle`")
    manifest = json.loads(Path(found).read_text("utf-8"))
    names = {name: f"{folder}/{entry['file']}" for name, entry in manifest["entries"].items()}
    return Bundle(manifest["sha256"], names)
