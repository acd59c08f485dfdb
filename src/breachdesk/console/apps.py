"""The agents' console as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Staff, their audit log, calls, drafts, clusters of the same scam, warnings."""

    name = "breachdesk.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"
