"""What is called from outside: by `serve`, by the worker's process, by commands.

Nothing of Django is imported before its settings are there.
"""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from breachdesk.console._policy import ROLES
from breachdesk.console.errors import ConsoleError
from breachdesk.database import migrate
from breachdesk.keys import Unlock, open_folder

if TYPE_CHECKING:
    from breachdesk.console.asgi import ConsoleApp

_SETTINGS: Final = "breachdesk.console.settings"


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Where the console's data and keys are. `database` is empty for the file in the data folder.

    `unlock` says what opens a sealed key folder; without it, what the process was given.
    """

    data: Path
    keys: Path
    database: str = field(default="", repr=False)
    url: str = "http://localhost:8005"
    pages_url: str = ""
    desk_url: str = ""
    unlock: Unlock | None = field(default=None, repr=False)


def create_app(settings: ConsoleSettings) -> "ConsoleApp":
    """The ASGI application, with the desk's private key. Raises ConsoleError, keys.KeysError."""
    set_up(settings)
    _use_keys(settings)
    from breachdesk.site import collect  # noqa: PLC0415 (needs Django to be set up)

    collect()
    from breachdesk.console.asgi import ConsoleApp  # noqa: PLC0415 (as above)

    return ConsoleApp()


def run_worker(settings: ConsoleSettings, stop: threading.Event) -> None:
    """Work until `stop`. Raises ConsoleError, keys.KeysError."""
    set_up(settings)
    _use_keys(settings)
    from breachdesk.console import _worker  # noqa: PLC0415 (needs Django to be set up)

    _worker.run(stop)


def roles() -> tuple[str, ...]:
    """What a member of staff may be."""
    return ROLES


def add_staff(settings: ConsoleSettings, name: str, shown: str, password: str, role: str) -> None:
    """A new account; `shown` is what a caller sees of the name. Raises StaffError, ConsoleError."""
    set_up(settings)
    from breachdesk.console import _accounts  # noqa: PLC0415 (needs Django to be set up)

    _accounts.add(name, password, role, shown=shown)


def set_staff_role(settings: ConsoleSettings, name: str, role: str) -> None:
    """Another role, from the next request on. Raises StaffError, ConsoleError."""
    set_up(settings)
    from breachdesk.console import _accounts  # noqa: PLC0415 (needs Django to be set up)

    _accounts.set_role(name, role)


def set_staff_active(settings: ConsoleSettings, name: str, *, active: bool) -> None:
    """Let somebody in again, or no more. Raises StaffError, ConsoleError."""
    set_up(settings)
    from breachdesk.console import _accounts  # noqa: PLC0415 (needs Django to be set up)

    _accounts.set_active(name, active=active)


def reset_staff(settings: ConsoleSettings, name: str, password: str) -> None:
    """A new password, and a second factor to be set up anew. Raises StaffError, ConsoleError."""
    set_up(settings)
    from breachdesk.console import _accounts  # noqa: PLC0415 (needs Django to be set up)

    _accounts.reset(name, password)


def list_staff(settings: ConsoleSettings) -> list[dict[str, str | bool]]:
    """Name, shown name, role, whether active, whether there is a second factor."""
    set_up(settings)
    from breachdesk.console import _accounts  # noqa: PLC0415 (needs Django to be set up)

    return [
        {
            "name": one.user.username,
            "shown": one.user.first_name,
            "role": one.role,
            "active": one.user.is_active,
            "second_factor": one.has_factor,
        }
        for one in _accounts.members()
    ]


def make_sample(settings: ConsoleSettings, reports: int, password: str) -> list[tuple[str, str]]:
    """Fictitious reports, and staff of every role: their names and roles. Raises ConsoleError."""
    set_up(settings)
    _use_keys(settings)
    from breachdesk.console import _sample  # noqa: PLC0415 (needs Django to be set up)

    return list(_sample.make(reports, password).staff)


def verify_audit(settings: ConsoleSettings) -> tuple[int, str]:
    """Number of records and hash of the last, once all hold. Raises LedgerError, ConsoleError."""
    set_up(settings)
    from breachdesk.console import _ledger  # noqa: PLC0415 (needs Django to be set up)

    chain = _ledger.verify()
    return chain.count, chain.head


def protect_audit(settings: ConsoleSettings, role: str) -> None:
    """On PostgreSQL, as the owner: let another role run desk and console, and never rewrite the
    audit log. Raises ConsoleError."""
    set_up(settings)
    from breachdesk.console import _grants  # noqa: PLC0415 (needs Django to be set up)

    _grants.grant(role)


def set_up(settings: ConsoleSettings) -> None:
    """Start Django with these settings, and bring the database up to date.

    Raises ConsoleError, which says what to do and quotes no password; keys.KeysError.
    """
    os.umask(0o077)
    public = open_folder(settings.keys, only=()).public.desk
    if public is None:
        raise ConsoleError(
            f"{settings.keys} has no key for damage reports: make one with `breachdesk keys desk`"
        )
    os.environ.update(
        DJANGO_SETTINGS_MODULE=_SETTINGS,
        BREACHDESK_DESK_DATA=str(settings.data.absolute()),
        BREACHDESK_DESK_PUBLIC=public.hex(),
        BREACHDESK_CONSOLE_URL=settings.url,
        BREACHDESK_PAGES_URL=settings.pages_url,
        BREACHDESK_DESK_URL=settings.desk_url,
    )
    if settings.database:
        os.environ["DATABASE_URL"] = settings.database
    try:
        django.setup()
        migrate()
    except ImproperlyConfigured as error:
        raise ConsoleError(str(error)) from None
    except (DatabaseError, OSError) as error:
        raise ConsoleError(
            f"the database of the desk cannot be used ({type(error).__name__}): is it running, "
            "does DATABASE_URL name it, and may this user write to it?"
        ) from None


def _use_keys(settings: ConsoleSettings) -> None:
    """Open the one key that opens cases."""
    from breachdesk.console import _parts  # noqa: PLC0415 (needs Django to be set up)

    folder = open_folder(settings.keys, only=("desk",), unlock=settings.unlock)
    _parts.use(_parts.Parts(folder.desk))
