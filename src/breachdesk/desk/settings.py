"""Django settings of the desk's process. It sets no cookie, keeps no session, signs nothing.

What it takes from the environment beside what `desk_settings` says:

BREACHDESK_ALLOWED_HOSTS  host names that the desk answers to, separated by commas
BREACHDESK_PAGES_URL      where the check pages are, for links back
BREACHDESK_DESK_PROXIES   networks whose X-Forwarded-For is believed, separated by commas
BREACHDESK_DESK_SHORT     `1`: the short form for everybody, whatever the load is
BREACHDESK_LIMITS         Redis or Valkey that counts for several processes; empty: in memory
"""

import os
import secrets
from ipaddress import ip_network
from pathlib import Path

from csp.constants import SELF

from breachdesk.desk._limits import BODY_BYTES
from breachdesk.desk._settings import desk_settings
from breachdesk.site import collected_folder, page_settings, silent_logging, templates

globals().update(page_settings(worker_src=[SELF], trusted_types=["breachdesk"]))
globals().update(desk_settings())


def _listed(name: str, default: str = "") -> list[str]:
    return [one.strip() for one in os.environ.get(name, default).split(",") if one.strip()]


ALLOWED_HOSTS = _listed("BREACHDESK_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
PAGES_URL = os.environ.get("BREACHDESK_PAGES_URL", "")
PROXIES = tuple(ip_network(one) for one in _listed("BREACHDESK_DESK_PROXIES"))
SHORT_FORM = os.environ.get("BREACHDESK_DESK_SHORT", "") == "1"

SECRET_KEY = secrets.token_urlsafe(50)
ROOT_URLCONF = "breachdesk.desk.urls"
INSTALLED_APPS = [
    "breachdesk.site.apps.SiteConfig",
    "breachdesk.incidents.apps.IncidentsConfig",
    "breachdesk.desk.apps.DeskConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIDDLEWARE = [
    "breachdesk.site.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES = templates("breachdesk.site.context.languages")
# What is sent stays in memory: no temporary file ever holds a photo in the clear.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = BODY_BYTES
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10

STATIC_ROOT = collected_folder(Path(__file__).resolve().parent / "static")
LOGGING = silent_logging()
