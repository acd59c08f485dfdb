"""Addresses of the desk: `/ko/…` and `/en/…` for people. No address ever holds what was typed."""

from django.urls import include, path, register_converter

from breachdesk.desk import _incident_pages, views
from breachdesk.site import LanguageConverter

register_converter(LanguageConverter, "desk_language")

_pages = [
    path("", views.home, name="desk-home"),
    path("report/", views.report, name="desk-report"),
    path("report/check/", views.check, name="desk-check"),
    path("report/send/", views.send, name="desk-send"),
    path("case/", views.case, name="desk-case"),
    path("case/reply/", views.reply, name="desk-reply"),
    path("case/files/", views.files, name="desk-files"),
    path("case/withdraw/", views.withdraw, name="desk-withdraw"),
    path("lost/", views.lost, name="desk-lost"),
    path("call/", views.call, name="desk-call"),
    path("warnings/", views.warnings, name="desk-warnings"),
    path("incident/", _incident_pages.incidents, name="desk-incidents"),
    path("incident/<slug:slug>/", _incident_pages.incident, name="desk-incident"),
    path("incident/<slug:slug>/statements/", _incident_pages.statements, name="desk-statements"),
]

urlpatterns = [
    path("", views.root),
    path("v1/challenge/desk/1", views.challenge),
    path("healthz", views.healthz),
    path("robots.txt", views.robots),
    path("<desk_language:language>/", include(_pages)),
]

handler404 = "breachdesk.site.views.not_found"
handler500 = "breachdesk.site.views.server_error"
