"""The way into this project from outside: Django is set up first, and only then what needs it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from breachdesk.database import migrate
from breachdesk.desk.errors import SetUpError
from breachdesk.site import collect

if TYPE_CHECKING:
    from breachdesk.desk.asgi import DeskApp

SETTINGS = "breachdesk.desk.settings"


def create_app() -> "DeskApp":
    """The ASGI application, from the environment. Raises `SetUpError`, which says what to do."""
    set_up()
    if not settings.DESK_PUBLIC_KEY:
        raise SetUpError("BREACHDESK_DESK_PUBLIC is not set: `breachdesk serve --desk` sets it")
    collect()
    from breachdesk.desk.asgi import DeskApp  # noqa: PLC0415 (needs Django to be set up)

    return DeskApp()


def set_up(data: Path | None = None) -> None:
    """Start Django with the desk's settings, and bring the database up to date.

    `data` is the data folder, by default what the environment says. Raises `SetUpError`.
    """
    os.umask(0o077)
    if data is not None:
        os.environ["BREACHDESK_DESK_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    try:
        django.setup()
        migrate()
    except ImproperlyConfigured as error:
        raise SetUpError(str(error)) from None
    except (DatabaseError, OSError) as error:
        raise SetUpError(
            f"the database of the desk cannot be used ({type(error).__name__}): is it running, "
            "does DATABASE_URL name it, and may this user write to it?"
        ) from None
