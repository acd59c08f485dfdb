"""The evaluator and bucket service: sees blinded points and opaque files, and nothing else."""

from breachdesk.check._app import KEY_NAMES, CheckApp, create_app, create_buckets_app, openapi
from breachdesk.check._settings import CheckSettings, parse_proxies
from breachdesk.check.errors import CheckError, SettingsError

__all__ = [
    "KEY_NAMES",
    "CheckApp",
    "CheckError",
    "CheckSettings",
    "SettingsError",
    "create_app",
    "create_buckets_app",
    "openapi",
    "parse_proxies",
]
