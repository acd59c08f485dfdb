"""The description of the channel service, as it stands in the package."""

from functools import lru_cache
from importlib.resources import files as package_files


@lru_cache(maxsize=1)
def openapi() -> bytes:
    """The OpenAPI 3.1 document."""
    return (package_files("breachdesk.channel") / "openapi.json").read_bytes()
