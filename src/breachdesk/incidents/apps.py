"""The register as a Django app."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Incidents, versions, timeline, statements, clocks, channels."""

    name = "breachdesk.incidents"
    label = "incidents"
    default_auto_field = "django.db.models.BigAutoField"
