"""Django settings. Everything that differs between two installations comes from these variables.

BREACHDESK_RELEASES       the release folder, read only
BREACHDESK_SERVICE        the service document (PROTOCOL section 10) as JSON text
BREACHDESK_CHECK_HEALTH   the URL by which /healthz asks the evaluator
BREACHDESK_CHANNEL_HEALTH the same of the channel service; empty or not set: there is none
BREACHDESK_DESK_URL       where the desk for damage reports is; empty or not set: there is none
BREACHDESK_ALLOWED_HOSTS  host names of the pages, separated by commas
"""

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from breachdesk.site._page_settings import page_settings, templates
from breachdesk.site._service import origin_of, parse_service
from breachdesk.site._static import collected_folder
from breachdesk.site.errors import ServiceDocumentError


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: `breachdesk serve` sets it")
    return value


try:
    SERVICE = parse_service(_required("BREACHDESK_SERVICE"))
except ServiceDocumentError as error:
    raise ImproperlyConfigured(f"BREACHDESK_SERVICE: {error}") from None
RELEASES = Path(_required("BREACHDESK_RELEASES"))
CHECK_HEALTH = _required("BREACHDESK_CHECK_HEALTH")
CHANNEL_HEALTH = os.environ.get("BREACHDESK_CHANNEL_HEALTH", "")
DESK_URL = os.environ.get("BREACHDESK_DESK_URL", "")
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("BREACHDESK_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
]

globals().update(
    page_settings(
        connect_src=[SELF, *SERVICE.origins],
        worker_src=[SELF],
        form_action=[origin_of(DESK_URL)] if DESK_URL else [NONE],
        trusted_types=["breachdesk"],
    )
)
# Nothing is signed: no session, no cookie, no form that posts. Django wants a key all the same.
SECRET_KEY = secrets.token_urlsafe(50)
ROOT_URLCONF = "breachdesk.site.urls"
WSGI_APPLICATION = "breachdesk.site.wsgi.application"
DATABASES: dict[str, dict[str, str]] = {}
INSTALLED_APPS = [
    "breachdesk.site.apps.SiteConfig",
    "breachdesk.portal.apps.PortalConfig",
    "django.contrib.staticfiles",
]

# Headers come first, so that static files carry them too: a worker's policy is its script's own.
MIDDLEWARE = [
    "breachdesk.site.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES = templates("breachdesk.site.context.page")
STATIC_ROOT = collected_folder()
SECURE_PROXY_SSL_HEADER = None

# Paths only, never a query string, a header or an address of a visitor.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"standard-error": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["standard-error"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["standard-error"], "level": "WARNING", "propagate": False},
    },
}
LOGGING_CONFIG = "logging.config.dictConfig"
