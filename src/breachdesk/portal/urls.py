"""Addresses of the public pages, below the language."""

from django.urls import path

from breachdesk.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("how/", views.how, name="how"),
    path("releases/", views.releases, name="releases"),
    path("privacy/", views.privacy, name="privacy"),
    path("help/", views.advice, name="help"),
    path("contact/", views.contact, name="contact"),
]
