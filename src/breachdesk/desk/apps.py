"""The desk as a Django app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Cases and what belongs to them."""

    name = "breachdesk.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
