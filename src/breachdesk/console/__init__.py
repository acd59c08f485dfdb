"""The agents' console: staff, queues, cases, calls, search, figures, and the audit log of it all.

A Django project in processes of its own: HTTP and a worker. It holds the desk's private key, which
opens cases; it evaluates no question and knows no leak.
"""

from breachdesk.console._entry import (
    ConsoleSettings,
    add_staff,
    create_app,
    list_staff,
    make_sample,
    protect_audit,
    reset_staff,
    roles,
    run_worker,
    set_staff_active,
    set_staff_role,
    verify_audit,
)
from breachdesk.console.errors import ConsoleError, LedgerError, StaffError

__all__ = [
    "ConsoleError",
    "ConsoleSettings",
    "LedgerError",
    "StaffError",
    "add_staff",
    "create_app",
    "list_staff",
    "make_sample",
    "protect_audit",
    "reset_staff",
    "roles",
    "run_worker",
    "set_staff_active",
    "set_staff_role",
    "verify_audit",
]
