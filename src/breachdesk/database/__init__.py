"""The database of a Django project of ours: its settings, its migrations, its write-ahead log."""

from breachdesk.database._database import checkpoint, database_settings, migrate

__all__ = ["checkpoint", "database_settings", "migrate"]
