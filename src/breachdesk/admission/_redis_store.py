"""The store in Redis, whose library is imported only by those who count there: it takes long."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from breachdesk.admission._redis import RedisStore


def redis_store(url: str, clock: Callable[[], float] = time.time) -> "RedisStore":
    """Counts shared by all that name the same Redis. Raises `OptionError` for a wrong URL."""
    from breachdesk.admission._redis import RedisStore  # noqa: PLC0415 (see the module)

    return RedisStore(url, clock)
