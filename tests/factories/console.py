"""The console in a test: keys, data folder, Django in this process, staff of every role.

As `factories.channel` does, Django's settings are swapped for the console's and swapped back.
"""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import django.test.signals  # noqa: F401 (lets Django forget what it remembers of settings)
from asgiref.local import Local
from django.apps import apps
from django.conf import Settings, settings
from django.core.signals import setting_changed
from django.db import connections
from django.urls import clear_url_caches, set_urlconf

from breachdesk.database import migrate
from breachdesk.keys import KeyFolder, create
from breachdesk.site import _static, _words
from tests.factories import pages

if TYPE_CHECKING:
    from django.test import Client

    from breachdesk.console._policy import Actor

_SETTINGS = "breachdesk.console.settings"
_REMEMBERED = ("TEMPLATES", "STORAGES", "STATIC_ROOT", "STATIC_URL", "PASSWORD_HASHERS")
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Made:
    """A console's files."""

    folder: Path
    keys: KeyFolder
    database: str = ""

    @property
    def file(self) -> Path:
        """The database where no other is named."""
        return self.folder / "desk.db"


def make_console(folder: Path, database: str = "") -> Made:
    """Keys and a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return Made(folder, create(folder / "keys", origin="desk.example.org"), database)


@contextmanager
def in_process(made: Made, *, migrated: bool = False) -> Iterator[Made]:
    """Django as the console's, migrated, with the desk's key in use; and back."""
    assert made.keys.public.desk is not None
    own = {
        "BREACHDESK_DESK_DATA": str(made.folder),
        "BREACHDESK_DESK_PUBLIC": made.keys.public.desk.hex(),
        "DATABASE_URL": made.database,
        "BREACHDESK_PAGES_URL": "https://check.example.org",
        "BREACHDESK_DESK_URL": "https://report.example.org",
    }
    with swapped_django(own):
        from breachdesk.console import _parts  # noqa: PLC0415 (needs the models)

        if not migrated:
            migrate()
        _parts.use(_parts.Parts(made.keys.desk))
        try:
            yield made
        finally:
            _parts.use(None)


@contextmanager
def swapped_django(own: dict[str, str]) -> Iterator[None]:
    """Settings, apps, connections and addresses of the console, for a while."""
    pages.set_up()
    old, before = settings._wrapped, {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    sys.modules.pop(_SETTINGS, None)
    settings._wrapped = Settings(_SETTINGS)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    settings.STATIC_ROOT = Path(_TEMPORARY.name) / "collected"
    settings.STATICFILES_DIRS = [Path(pages._TEMPORARY.name) / "scripts"]
    apps.set_installed_apps(settings.INSTALLED_APPS)
    _forget()
    try:
        _static.collect()
        yield
    finally:
        connections.close_all()
        apps.unset_installed_apps()
        settings._wrapped = old
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        _forget()


def _forget() -> None:
    """What Django, and we, remember of settings."""
    handler: Any = connections
    handler.__dict__.pop("settings", None)
    handler._settings = None
    handler._connections = Local(handler.thread_critical)
    handler.settings = handler.configure_settings(None)
    for name in _REMEMBERED:
        value = getattr(settings, name, None)
        setting_changed.send(sender=Settings, setting=name, value=value, enter=True)
    from django.contrib.staticfiles.finders import get_finder  # noqa: PLC0415 (needs settings)

    get_finder.cache_clear()  # type: ignore[attr-defined]  # an lru_cache
    _words._bundle.cache_clear()
    _static.integrity.cache_clear()
    clear_url_caches()
    set_urlconf(None)
    with suppress(Exception):
        from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 (needs Django)

        ContentType.objects.clear_cache()


def member(role: str, name: str = "") -> "Actor":
    """A member of staff."""
    from breachdesk.console import _accounts  # noqa: PLC0415 (needs the models)

    return _accounts.add(name or role, PASSWORD, role).actor


def signed_in(actor: "Actor") -> "Client":
    """A browser of a member who has passed the second factor."""
    from django.contrib.auth.models import User  # noqa: PLC0415 (as above)
    from django.test import Client  # noqa: PLC0415 (as above)
    from django_otp import DEVICE_ID_SESSION_KEY  # noqa: PLC0415 (as above)
    from django_otp.plugins.otp_totp.models import TOTPDevice  # noqa: PLC0415 (as above)

    user = User.objects.get(pk=actor.user)
    device, _made = TOTPDevice.objects.get_or_create(user=user, name="totp", confirmed=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def report(**values: Any) -> str:
    """A report of a person, as the desk takes it; the number of its case."""
    from breachdesk.desk.services import NewReport, receive  # noqa: PLC0415 (as above)
    from breachdesk.incidents import PERSON  # noqa: PLC0415 (as above)

    texts = values.pop("texts", {"narrative": "누가 전화해서 돈을 보내라고 했습니다."})
    values = {"kind": "smishing", "language": "ko", **values}
    new = NewReport(form_key=secrets.token_bytes(32), texts=texts, **values)
    return receive(PERSON, new).number


def _load_models() -> None:
    with TemporaryDirectory() as folder:
        made = make_console(Path(folder))
        with in_process(made, migrated=True):
            import_module("breachdesk.console.urls")
            import_module("breachdesk.console._worker")


_TEMPORARY = TemporaryDirectory(prefix="breachdesk-console-")
_load_models()
