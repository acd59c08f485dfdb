"""Django settings of the channel service. It has no page, no session, no cookie and no template.

BREACHDESK_CHANNEL_CONFIG   the channel file; everything else comes from it
"""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from breachdesk.channel._mail_settings import mail_settings
from breachdesk.channel._schema import load
from breachdesk.channel.errors import ConfigError
from breachdesk.database import database_settings

CONFIG_VARIABLE = "BREACHDESK_CHANNEL_CONFIG"

_path = os.environ.get(CONFIG_VARIABLE, "")
if not _path:
    raise ImproperlyConfigured(f"{CONFIG_VARIABLE} is not set: `breachdesk serve` sets it")
try:
    CHANNEL = load(Path(_path))
except (ConfigError, OSError) as error:
    raise ImproperlyConfigured(str(error)) from None

DEBUG = False
# Nothing is signed. Django wants a key all the same.
SECRET_KEY = secrets.token_urlsafe(50)
# No address is made of the Host header, and no page is served: any name is as good.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "breachdesk.channel.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "breachdesk.channel.apps.ChannelAppConfig",
]
MIDDLEWARE = ["breachdesk.channel.middleware.answers"]
TEMPLATES: list[dict[str, object]] = []
APPEND_SLASH = False

DATABASES = {"default": database_settings(CHANNEL.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
globals().update(mail_settings(CHANNEL.email))

USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# Our own lines name a route and a kind of error. Django's would hold paths, hosts and statements.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {"django": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False}},
}
