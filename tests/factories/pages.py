"""The Django site in a test: set up once a process, with made-up scripts and a release folder.

The scripts are stand-ins, so that these tests need no Node.js; real ones are for tests/e2e.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import django
from django.conf import settings
from django.test import Client, override_settings

from breachdesk.release import Store
from breachdesk.wire import EvaluatorAddress, ServiceDocument
from tests.factories.releases import ORIGIN, PUBLISHED, Service, publish_release, seed

EXAMPLE = Path(__file__).parents[1] / "data" / "open-items.toml"
EVALUATOR = "https://check.example.org"
BUCKETS = "https://pages.example.net"

_TEMPORARY = tempfile.TemporaryDirectory(prefix="breachdesk-pages-")


def service_document() -> str:
    """A service document with the keys of the release factory."""
    service = Service()
    document = ServiceDocument(
        origin=ORIGIN,
        log=service.log.vkey.text,
        timestamps=(service.timestamp.vkey.text, service.witness.vkey.text),
        buckets=f"{BUCKETS}/mirror",
        evaluators={"open": (EvaluatorAddress("one", EVALUATOR, seed("share")),), "code": ()},
    )
    return document.encode().decode()


@cache
def set_up() -> None:
    """Configure Django. Nothing is written below the sources."""
    folder = Path(_TEMPORARY.name)
    os.environ["BREACHDESK_RELEASES"] = str(folder / "releases")
    os.environ["BREACHDESK_SERVICE"] = service_document()
    os.environ["BREACHDESK_CHECK_HEALTH"] = "http://127.0.0.1:9/healthz"
    os.environ["BREACHDESK_ALLOWED_HOSTS"] = "testserver"
    os.environ["DJANGO_SETTINGS_MODULE"] = "breachdesk.site.settings"
    django.setup()
    settings.STATICFILES_DIRS = [stand_in_scripts(folder / "scripts", "portal", ("page", "worker"))]
    settings.STATIC_ROOT = folder / "collected"
    from breachdesk.site._static import collect  # noqa: PLC0415 needs Django to be set up

    collect()


def stand_in_scripts(folder: Path, app: str, names: Sequence[str]) -> Path:
    """What `make bundle` puts into the static folder of an app, without Node.js."""
    built = folder / app / "built"
    built.mkdir(parents=True, exist_ok=True)
    entries = {}
    for name in names:
        data = f"// {name}\n".encode()
        entries[name] = {"file": f"{name}.js", "sha256": hashlib.sha256(data).hexdigest()}
        (built / f"{name}.js").write_bytes(data)
    manifest = {"format": "breachdesk/bundle/v1", "sha256": "ab" * 32, "entries": entries}
    (built / "manifest.json").write_text(json.dumps(manifest))
    return folder


def make_folder(folder: Path, *, releases: int = 1) -> Store:
    """A release folder with the example's incident file and so many releases, a day apart."""
    store = Store(folder)
    for number in range(releases):
        publish_release(store, Service(), PUBLISHED + number * 86_400)
    store.incident_texts.write("kt-2014", EXAMPLE.read_text("utf-8"))
    return store


def visit(folder: Path, path: str, **headers: str) -> "Visit":
    """Open a page of the folder's desk."""
    set_up()
    with override_settings(RELEASES=folder):
        response = Client(raise_request_exception=False).get(path, headers=headers)
    return Visit(response)


class Visit:
    """What came back, with its text."""

    def __init__(self, response: object) -> None:
        self.status: int = response.status_code  # type: ignore[attr-defined]  # Django test client adds it
        self.headers: dict[str, str] = dict(response.headers)  # type: ignore[attr-defined]  # Django test client adds it
        self.cookies: dict[str, object] = dict(response.cookies)  # type: ignore[attr-defined]  # Django test client adds it
        body = getattr(response, "content", b"")
        self.text: str = body.decode()
