"""Django settings of the console. What differs between installations comes from variables.

What it needs beside `desk_settings` (data folder, database, the desk's public key); the secret that
sessions are signed with is made in the data folder at the first start:

BREACHDESK_CONSOLE_URL    the address at which staff reach the console; passkeys belong to its host
BREACHDESK_PAGES_URL      the public check pages, for the check by phone; empty: not offered
BREACHDESK_DESK_URL       the public desk, for "this is really us"; empty: not offered
BREACHDESK_CALENDAR       `always` or `business`: what counts for a promise
BREACHDESK_FIRST_HOURS    counted hours to the first answer
BREACHDESK_DONE_HOURS     counted hours to the end of a case
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from breachdesk.console._secret import secret_of
from breachdesk.desk import desk_settings
from breachdesk.site import collected_folder, page_settings, silent_logging, templates

_PACKAGE = Path(__file__).resolve().parent


def _hours(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 2000:
        raise ImproperlyConfigured(f"{name}: give a number of hours from 1 to 2000")
    return int(value)


globals().update(page_settings())
globals().update(desk_settings())
CONSOLE_URL = os.environ.get("BREACHDESK_CONSOLE_URL", "http://localhost:8005").rstrip("/")
PAGES_URL = os.environ.get("BREACHDESK_PAGES_URL", "").rstrip("/")
DESK_URL = os.environ.get("BREACHDESK_DESK_URL", "").rstrip("/")
CALENDAR = os.environ.get("BREACHDESK_CALENDAR", "always")
if CALENDAR not in ("always", "business"):
    raise ImproperlyConfigured("BREACHDESK_CALENDAR: give always or business")
FIRST_HOURS = _hours("BREACHDESK_FIRST_HOURS", 24)
DONE_HOURS = _hours("BREACHDESK_DONE_HOURS", 240)

_host = urlsplit(CONSOLE_URL).hostname
if _host is None:
    raise ImproperlyConfigured("BREACHDESK_CONSOLE_URL: give an address such as https://desk.local")
_secure = CONSOLE_URL.startswith("https:")

SECRET_KEY = secret_of(Path(globals()["DESK_DATA"]))
ALLOWED_HOSTS = [_host, "localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "breachdesk.console.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "breachdesk.site.apps.SiteConfig",
    "breachdesk.incidents.apps.IncidentsConfig",
    "breachdesk.desk.apps.DeskConfig",
    "breachdesk.console.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_otp_webauthn",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "breachdesk.site.middleware.headers",
    "breachdesk.console.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "breachdesk.console._access.AccessMiddleware",
]
TEMPLATES = templates("breachdesk.console.context.page")
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]},
}

# Accounts: a password and a second factor, or a passkey that asks for a finger or a PIN.
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "django_otp_webauthn.backends.WebAuthnBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_REDIRECT_URL = "/"
OTP_TOTP_ISSUER = "Breachdesk"
OTP_WEBAUTHN_RP_ID = _host
OTP_WEBAUTHN_RP_NAME = "Breachdesk"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [CONSOLE_URL]
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""

SESSION_COOKIE_NAME = "__Host-console" if _secure else "console"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "__Host-console-form" if _secure else "console-form"
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "breachdesk.console.views.errors.forgery"
CSRF_TRUSTED_ORIGINS = [CONSOLE_URL]

# Whoever sends more types no case.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# Forms here say where they come from, which the check against forgery looks at.
SECURE_REFERRER_POLICY = "same-origin"

STATIC_ROOT = collected_folder(_PACKAGE / "static", _PACKAGE.parent / "desk" / "static")
LOGGING = silent_logging("django_tasks", "django_tasks_db")
