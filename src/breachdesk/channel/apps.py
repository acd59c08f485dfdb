"""The channel service as a Django app."""

from django.apps import AppConfig


class ChannelAppConfig(AppConfig):
    """Codes, their outbox, and what the desk issues."""

    name = "breachdesk.channel"
    label = "channel"
    default_auto_field = "django.db.models.BigAutoField"
