"""The evaluator and bucket service: sees blinded points and opaque files, and nothing else."""

from breachdesk.admission import Network
from breachdesk.check._app import KEY_NAMES, CheckApp, create_app, openapi
from breachdesk.check._limits import ClientLimits, Limiter, WindowStorage
from breachdesk.check._settings import DEFAULT_RATE, CheckSettings, parse_proxies
from breachdesk.check.errors import CheckError, LimitStoreError, SettingsError

__all__ = [
    "DEFAULT_RATE",
    "KEY_NAMES",
    "CheckApp",
    "CheckError",
    "CheckSettings",
    "ClientLimits",
    "LimitStoreError",
    "Limiter",
    "Network",
    "SettingsError",
    "WindowStorage",
    "create_app",
    "openapi",
    "parse_proxies",
]
