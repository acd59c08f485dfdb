"""The audit log in the database: whole, in order, with its act, never rewritten."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from breachdesk.console import ConsoleError, LedgerError, _grants, _ledger, services
from breachdesk.console._policy import SERVICE
from breachdesk.console.models import AuditHead, AuditLine
from tests.factories.console import Made, member, report

pytestmark = pytest.mark.usefixtures("console")


def write(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            _ledger.record(SERVICE, "test.made", number=number)


def without_trigger(statement: str, *values: str) -> None:
    """What only the owner of the database can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS console_auditline_update")
            cursor.execute("DROP TRIGGER IF EXISTS console_auditline_delete")
        else:
            cursor.execute("ALTER TABLE console_auditline DISABLE TRIGGER USER")
        cursor.execute(statement, values)


def test_records_follow_one_another() -> None:
    write(3)
    chain = _ledger.verify()
    assert chain.count == 3
    assert [one.facts["number"] for one in _ledger.read()] == [0, 1, 2]
    assert [one.number for one in _ledger.last(2)] == [3, 2]
    assert [one.number for one in _ledger.last(2, before=3)] == [2, 1]


def test_a_record_needs_a_transaction_and_goes_with_it() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        _ledger.record(SERVICE, "test.made")

    def undone() -> None:
        with transaction.atomic():
            _ledger.record(SERVICE, "test.made")
            raise KeyError

    with pytest.raises(KeyError):
        undone()
    assert _ledger.verify().count == 0


@pytest.mark.parametrize(
    "change", [AuditLine.objects.all().delete, lambda: AuditLine.objects.update(line="x")]
)
def test_the_database_refuses_to_rewrite_it(change: object) -> None:
    write(2)
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        change()  # type: ignore[operator]  # a function
    assert _ledger.verify().count == 2


@pytest.mark.parametrize(
    ("statement", "values", "number"),
    [
        ("UPDATE console_auditline SET line = replace(line, %s, %s) WHERE number = 2", True, 2),
        ("DELETE FROM console_auditline WHERE number = 2", False, 2),
        ("DELETE FROM console_auditline WHERE number = 4", False, 4),
        ("UPDATE console_auditline SET number = 9 WHERE number = 4", False, 4),
    ],
)
def test_tampering_by_the_owner_is_named(statement: str, values: bool, number: int) -> None:
    write(4)
    without_trigger(statement, *(('"number":1', '"number":7') if values else ()))
    with pytest.raises(LedgerError) as found:
        _ledger.verify()
    assert found.value.number == number


def test_a_head_that_was_set_back_is_found() -> None:
    write(3)
    AuditHead.objects.update(count=2)
    with pytest.raises(LedgerError, match="removed or added"):
        _ledger.verify()


def test_a_role_of_the_processes_adds_and_cannot_rewrite(console: Made) -> None:
    if connection.vendor == "sqlite":
        with pytest.raises(ConsoleError, match="only PostgreSQL"):
            _grants.grant("anybody")
        return
    role = f"app_{connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} LOGIN")
    try:
        _grants.grant(role)
        write(1)
        with psycopg.connect(console.database.replace("postgres@", f"{role}@")) as other:
            other.execute("UPDATE console_audithead SET count = count")
            other.execute("INSERT INTO console_auditline VALUES (99, 'x')")
            other.execute("SELECT count(*) FROM desk_case")
            other.rollback()
            for statement in (
                "UPDATE console_auditline SET line = 'x'",
                "DELETE FROM console_auditline",
                "TRUNCATE console_auditline",
                "ALTER TABLE console_auditline DISABLE TRIGGER USER",
                "DELETE FROM console_audithead",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    other.execute(statement)
                other.rollback()
        with pytest.raises(ConsoleError, match="owns the tables"):
            _grants.grant("postgres")
        with pytest.raises(ConsoleError, match="no such role"):
            _grants.grant("nobody_of_that_name")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {role}")
            cursor.execute(f"DROP ROLE {role}")


def test_no_record_holds_what_was_written() -> None:
    kim, canary = member("agent", "kim"), "CANARY카나리아"
    number = report(texts={"narrative": canary})
    services.note(kim, number, canary)
    services.reply(kim, number, canary, b"k" * 32)
    services.read(kim, number)
    services.summarise(kim, number, "요약CANARY")
    assert not AuditLine.objects.filter(line__contains="CANARY").exists()
