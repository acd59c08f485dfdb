"""Django settings of the desk's process. It sets no cookie and keeps no session.

What it needs beside `desk_settings`:

BREACHDESK_DESK_HOSTS     host names that the desk answers to, separated by commas
BREACHDESK_PAGES_URL      where the pages are, for links back
"""

import secrets

from breachdesk.desk._settings import desk_settings

globals().update(desk_settings())

DEBUG = False
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
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Asia/Seoul"
