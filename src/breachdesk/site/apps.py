"""The shared part of all pages as a Django app: base template, words, style."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Templates, static files and template tags that every other app may use."""

    name = "breachdesk.site"
    label = "breachdesk_site"
