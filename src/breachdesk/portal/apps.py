"""The public pages as a Django app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages under /ko/ and /en/."""

    name = "breachdesk.portal"
    label = "portal"
