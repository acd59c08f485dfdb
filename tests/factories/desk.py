"""The desk in a test: Django in this process with a database of its own, and its process.

As `factories.channel`: Django has one set of settings a process. Importing this module loads the
models once, so that tests may import what needs them.
"""

import os
import re
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.conf import Settings, settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import storages
from django.db import connections
from django.template.utils import get_app_template_dirs
from django.test import Client
from django.utils.functional import empty

from breachdesk.database import migrate
from breachdesk.envelope import desk_public_key
from breachdesk.site import _bundle, _static, collect
from tests.factories import pages
from tests.factories.channel import _forget

PRIVATE = bytes(range(1, 33))
CANARY = "카나리아가 울었다 canary-4711"
CANARY_PHONE = "010-4711-4711"
_SETTINGS = "breachdesk.desk.settings"
_STATIC = TemporaryDirectory(prefix="breachdesk-desk-static-")


@dataclass(frozen=True)
class Desk:
    """The desk's data folder."""

    data: Path


@contextmanager
def swapped_django(data: Path, database: str = "", **more: str) -> Iterator[Desk]:
    """Settings, apps, connections and addresses of the desk, for a while."""
    pages.set_up()
    old = settings._wrapped
    told = {
        "BREACHDESK_DESK_DATA": str(data),
        "BREACHDESK_DESK_PUBLIC": desk_public_key(PRIVATE).hex(),
        "DATABASE_URL": database,
        "BREACHDESK_ALLOWED_HOSTS": "testserver",
        **more,
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    sys.modules.pop(_SETTINGS, None)
    settings._wrapped = Settings(_SETTINGS)
    static = Path(_STATIC.name)
    settings.STATICFILES_DIRS = [
        pages.stand_in_scripts(static / "scripts", "desk", ("desk", "puzzle"))
    ]
    settings.STATIC_ROOT = static / "collected"
    apps.set_installed_apps(settings.INSTALLED_APPS)
    _forget_all()
    collect()
    try:
        yield Desk(data)
    finally:
        connections.close_all()
        apps.unset_installed_apps()
        settings._wrapped = old
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        _forget_all()


def _forget_static() -> None:
    """Finders, the storage of static files, and what we read of them."""
    one: Any
    for one in (finders.get_finder, get_app_template_dirs, _static.integrity, _bundle.bundle):
        one.cache_clear()
    made: Any = storages
    made._storages.clear()
    made.__dict__.pop("backends", None)
    made._backends = None
    lazy: Any = staticfiles_storage
    lazy._wrapped = empty


def _forget_all() -> None:
    """What Django and we remember of its settings."""
    from django.template import engines  # noqa: PLC0415 (needs Django)

    from breachdesk.site import _words  # noqa: PLC0415 (as above)

    _forget()
    _forget_static()
    _words._bundle.cache_clear()
    handler: Any = engines
    handler.__dict__.pop("templates", None)
    handler._templates, handler._engines = None, {}
    if (gate := sys.modules.get("breachdesk.desk._gate")) is not None:
        gate.gate.cache_clear()


@contextmanager
def desk(data: Path, database: str = "", *, migrated: bool = False, **more: str) -> Iterator[Desk]:
    """The desk in this process, its database up to date."""
    with swapped_django(data, database, **more) as found:
        if not migrated:
            migrate()
        yield found


def report(**values: Any) -> dict[str, Any]:
    """A report's fields as a browser sends them, with canaries in everything that is sealed."""
    return {
        "form_key": secrets.token_hex(32),
        "kind": "smishing",
        "narrative": CANARY,
        "happened_on": "2026-03-27",
        "region": "11",
        "caller_number": CANARY_PHONE,
        "caller_text": f"text {CANARY}",
        "caller_account": f"account {CANARY}",
        "scam_url": "http://bad.example.com/pay?who=canary",
        "loss_won": "300만",
        "bank_told": "on",
        "contact_wanted": "phone",
        "contact_phone": CANARY_PHONE,
        "contact_name": CANARY,
        "safe_times": CANARY,
        **values,
    }


class Browser:
    """A browser without script: it follows what the pages hold."""

    def __init__(self, language: str = "ko") -> None:
        self._client = Client(raise_request_exception=False)
        self._base = f"/{language}"

    def get(self, path: str) -> "Seen":
        return Seen(self._client.get(self._base + path))

    def post(self, path: str, values: dict[str, Any], files: Sequence[Any] = ()) -> "Seen":
        sent = {**values, **({"files": list(files)} if files else {})}
        return Seen(self._client.post(self._base + path, sent))

    def send(self, files: Sequence[Any] = (), **values: Any) -> str:
        """Report, through the page of answers; the receipt."""
        checked = self.post("/report/check/", report(**values))
        assert checked.status == 200, checked.status
        return self.post("/report/send/", checked.hidden("send"), files).receipt


class Seen:
    """A page that came back."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers: dict[str, str] = dict(response.headers)
        self.text: str = response.content.decode()
        self.cookies = dict(response.cookies)

    @property
    def receipt(self) -> str:
        found = re.search(r"<strong>([0-9-]{19})</strong>", self.text)
        assert found, self.text
        return found[1]

    def hidden(self, form: str) -> dict[str, Any]:
        """The hidden fields of a form, by its id; several of a name as a list."""
        inside = re.search(rf'<form[^>]*id="{form}".*?</form>', self.text, re.DOTALL)
        assert inside, self.text
        found: dict[str, Any] = {}
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside[0]):
            found.setdefault(name, []).append(unescape(value))
        return {name: values if name == "items" else values[0] for name, values in found.items()}


def _load_models() -> None:
    """Import once what needs the desk's settings, so that tests may import it at their top."""
    with TemporaryDirectory(prefix="breachdesk-desk-") as folder, swapped_django(Path(folder)):
        for name in ("services", "views", "tasks"):
            if find_spec(f"breachdesk.desk.{name}"):
                import_module(f"breachdesk.desk.{name}")


_load_models()
