"""Rights on PostgreSQL: a role that runs desk and console, and cannot rewrite the audit log.

The tables belong to another role, who brings the database up to date. The trigger refuses every
change of the log; the role of the processes has no right to change it, nor to drop the trigger.
"""

from django.db import connection, transaction

from breachdesk.console.errors import ConsoleError


def grant(role: str) -> None:
    """As the owner of the tables. Raises ConsoleError: not PostgreSQL, no such role, or one that
    owns the tables or may do everything."""
    if connection.vendor != "postgresql":
        raise ConsoleError("only PostgreSQL has roles: name one with DATABASE_URL or --database")
    name = connection.ops.quote_name(role)
    with transaction.atomic(), connection.cursor() as cursor:
        _check(cursor, role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON console_auditline FROM {name}")
        cursor.execute(f"REVOKE INSERT, DELETE, TRUNCATE ON console_audithead FROM {name}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}")


def _check(cursor: object, role: str) -> None:
    execute, fetch = cursor.execute, cursor.fetchone  # type: ignore[attr-defined]  # a cursor
    execute(
        "SELECT r.rolsuper OR pg_has_role(r.oid, c.relowner, 'MEMBER') "
        "FROM pg_roles r, pg_class c "
        "WHERE r.rolname = %s AND c.oid = 'console_auditline'::regclass",
        [role],
    )
    found = fetch()
    if found is None:
        raise ConsoleError("there is no such role: make one with CREATE ROLE … LOGIN")
    if found[0]:
        raise ConsoleError(
            "that role owns the tables or may do everything: make another for the processes"
        )
