"""The head of the audit log, triggers that refuse to rewrite it, and the index of summaries.

The index is SQLite's FTS5 or a PostgreSQL tsvector; Django's models describe neither.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_WHY = "the audit log is added to, and never rewritten"
_FORWARD = {
    "sqlite": (
        *(
            f"CREATE TRIGGER console_auditline_{act.lower()} BEFORE {act} ON console_auditline "
            f"BEGIN SELECT RAISE(ABORT, '{_WHY}'); END"
            for act in ("UPDATE", "DELETE")
        ),
        "CREATE VIRTUAL TABLE console_grams USING fts5(grams, tokenize='unicode61', columnsize=0)",
    ),
    "postgresql": (
        (
            "CREATE FUNCTION console_auditline_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_WHY}'; END $$"
        ),
        (
            "CREATE TRIGGER console_auditline_stays BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON console_auditline FOR EACH STATEMENT EXECUTE FUNCTION console_auditline_stays()"
        ),
        "CREATE TABLE console_grams (case_id bigint PRIMARY KEY, grams tsvector NOT NULL)",
        (
            "CREATE INDEX console_grams_found ON console_grams USING gin (grams) "
            "WITH (fastupdate = off)"
        ),
    ),
}
_BACK = {
    "sqlite": (
        "DROP TABLE console_grams",
        "DROP TRIGGER console_auditline_update",
        "DROP TRIGGER console_auditline_delete",
    ),
    "postgresql": (
        "DROP TABLE console_grams",
        "DROP TRIGGER console_auditline_stays ON console_auditline",
        "DROP FUNCTION console_auditline_stays()",
    ),
}


def _forward(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _FORWARD[editor.connection.vendor]:
        editor.execute(statement)
    apps.get_model("console", "AuditHead").objects.create(id=1, count=0, head="0" * 64)


def _back(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _BACK[editor.connection.vendor]:
        editor.execute(statement)
    apps.get_model("console", "AuditHead").objects.all().delete()


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("console", "0001_first")]
    operations = [migrations.RunPython(_forward, _back)]
