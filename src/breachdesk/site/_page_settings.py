"""Settings that every project of ours with pages has: headers, static files, languages, logging."""

from typing import Any, Final

from csp.constants import NONE, SELF

#: Pages and their own scripts; nothing may frame them, and no script makes HTML or scripts.
_POLICY: Final = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": [NONE],
}


def page_settings(**policy: list[str]) -> dict[str, Any]:
    """For a project's `globals()`. `policy` is what its content security policy says otherwise,
    with underlines for hyphens."""
    own = {name.replace("_", "-"): value for name, value in policy.items()}
    return {
        "DEBUG": False,
        "USE_I18N": False,
        "USE_TZ": True,
        "TIME_ZONE": "Asia/Seoul",
        "STATIC_URL": "/static/",
        "STORAGES": {
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
        },
        "WHITENOISE_KEEP_ONLY_HASHED_FILES": True,
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {**_POLICY, **own}},
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "no-referrer",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_HSTS_SECONDS": 31_536_000,  # sent over TLS only
        "X_FRAME_OPTIONS": "DENY",
    }


def templates(processor: str) -> list[dict[str, Any]]:
    """TEMPLATES with this context processor and the words of the pages."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [processor],
                "builtins": ["breachdesk.site.templatetags.words"],
            },
        }
    ]


def silent_logging(*more: str) -> dict[str, Any]:
    """LOGGING where people's words pass. Our own lines name a kind of error, and go where the
    process sends them; those of Django, and of `more`, would hold paths, hosts and values."""
    silent = {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"nowhere": {"class": "logging.NullHandler"}},
        "loggers": dict.fromkeys(("django", *more), silent),
    }
