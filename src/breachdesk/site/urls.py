"""Addresses: `/ko/…` and `/en/…` for people, the rest for machines."""

from django.urls import include, path, register_converter

from breachdesk.site import views
from breachdesk.site._languages import LanguageConverter

register_converter(LanguageConverter, "language")

urlpatterns = [
    path("", views.root),
    path("v1/service", views.service),
    path("healthz", views.healthz),
    path("robots.txt", views.robots),
    path("<language:language>/", include("breachdesk.portal.urls")),
]

handler404 = "breachdesk.site.views.not_found"
handler500 = "breachdesk.site.views.server_error"
