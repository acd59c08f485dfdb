"""Addresses of the channel service (PROTOCOL section 10)."""

from django.urls import path

from breachdesk.channel import views
from breachdesk.wire import (
    CHANNEL_ASK_PATH,
    CHANNEL_DESK_PATH,
    CHANNEL_LETTER_PATH,
    CHANNEL_TOKEN_PATH,
    HTTP_PREFIX,
)

_V1 = HTTP_PREFIX.removeprefix("/")

urlpatterns = [
    path(_V1 + CHANNEL_ASK_PATH, views.ask),
    path(_V1 + CHANNEL_TOKEN_PATH, views.token),
    path(_V1 + CHANNEL_LETTER_PATH, views.letter),
    path(_V1 + CHANNEL_DESK_PATH, views.desk),
    path(_V1 + "challenge/<str:kind>/<str:epoch>", views.challenge),
    path(_V1 + "openapi.json", views.openapi),
    path("healthz", views.healthz),
    path("metrics", views.metrics),
]

handler404 = "breachdesk.channel.views.not_found"
handler500 = "breachdesk.channel.views.failed"
