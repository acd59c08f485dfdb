"""Counts in Redis (or Valkey), shared by processes and hosts.

The connection and plain counts are those of the `limits` library. A request's limits and its token
go in one script, so that they take one round trip and nothing can come between.

Redis may lose what it held: killed without persistence, or started again from an old snapshot. A
token that was spent must not come alive by that. So tokens are signed under a generation, made of a
secret that Redis keeps and of its run id, which is another one after every start; the script
refuses tokens of another generation.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from limits.storage import RedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

from breachdesk.admission._ledger import Totals
from breachdesk.admission._store import Take
from breachdesk.admission.errors import OptionError, StoreError

#: Seconds that one call may wait for Redis.
_WAIT: Final = 0.5
#: Seconds without a further try after Redis failed, so that callers do not queue behind time-outs.
_REST: Final = 0.5
_PREFIX: Final = "breachdesk"
_SCHEMES: Final = ("redis://", "rediss://", "redis+unix://", "valkey://", "valkeys://")

_RUN: Final = "string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')"
_GENERATION: Final = f"""
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return {{{_RUN}, redis.call('GET', KEYS[1])}}
"""
_ONCE: Final = f"""
if {_RUN} ~= ARGV[1] then return -1 end
return redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[2]) and 1 or 0
"""
#: ARGV: run id; then for each request the number of its limits, the seconds of its token (0: none),
#: and for each limit most, seconds and over. KEYS in the same order. Answers are those of `Take`.
_TAKE: Final = f"""
local same = {_RUN} == ARGV[1]
local verdicts, k, a = {{}}, 1, 2
while a <= #ARGV do
  local limits, seconds = tonumber(ARGV[a]), tonumber(ARGV[a + 1])
  local verdict, before = -1, 0
  for i = 0, limits - 1 do
    local at = a + 2 + 3 * i
    local over = tonumber(ARGV[at + 2])
    if verdict == -1 and (over == 0 or before > over) then
      before = redis.call('INCR', KEYS[k + i])
      if before == 1 then redis.call('EXPIRE', KEYS[k + i], ARGV[at + 1]) end
      if before > tonumber(ARGV[at]) then verdict = i end
    end
  end
  a, k = a + 2 + 3 * limits, k + limits
  if seconds > 0 then
    if verdict == -1 and not (same and redis.call('SET', KEYS[k], 1, 'NX', 'EX', seconds)) then
      verdict = -2
    end
    k = k + 1
  end
  verdicts[#verdicts + 1] = verdict
end
if not same then verdicts[#verdicts + 1] = 'stale' end
return verdicts
"""

#: Totals of a day and of an epoch over all hosts: hashes of what each counted. This host's part and
#: the least of the sum are known here too, so that they hold even where Redis forgot them.
#: ARGV: host, wanted, own day, own epoch, least day, least epoch, most day, most epoch.
_RESERVE: Final = """
local function known(key, own, least)
  if tonumber(redis.call('HGET', key, ARGV[1]) or 0) < own then
    redis.call('HSET', key, ARGV[1], own)
  end
  local sum = 0
  for _, value in ipairs(redis.call('HVALS', key)) do sum = sum + tonumber(value) end
  if sum < least then
    redis.call('HINCRBY', key, 'forgotten', least - sum)
    sum = least
  end
  return sum
end
local n = {}
for i = 2, 8 do n[i] = tonumber(ARGV[i]) end
local day, epoch = known(KEYS[1], n[3], n[5]), known(KEYS[2], n[4], n[6])
local granted = math.max(0, math.min(n[2], n[7] - day, n[8] - epoch))
redis.call('HINCRBY', KEYS[1], ARGV[1], granted)
redis.call('HINCRBY', KEYS[2], ARGV[1], granted)
redis.call('EXPIRE', KEYS[1], 259200)
return {granted, day + granted, epoch + granted}
"""


class RedisStore:
    """A `CountStore` on Redis. May be used from several threads."""

    local = False

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        if not url.startswith(_SCHEMES):
            raise OptionError("limits", "give it as redis://host:port/number")
        try:
            self._storage = RedisStorage(
                url,
                key_prefix=_PREFIX,
                socket_timeout=_WAIT,
                socket_connect_timeout=_WAIT,
                retry=cast(Any, Retry(NoBackoff(), 0)),
            )
        except Exception as error:  # noqa: BLE001 (a library's own words for a wrong URL, which may hold a password)
            raise OptionError(
                "limits", f"Redis address not taken ({type(error).__name__})"
            ) from None
        client: Any = self._storage.get_connection()
        self._scripts = {
            text: client.register_script(text) for text in (_GENERATION, _ONCE, _TAKE, _RESERVE)
        }
        self._clock = clock
        self._known: tuple[bytes, bytes] | None = None
        self._rest_until = 0.0

    @property
    def ready(self) -> bool:
        """Whether the generation is known."""
        return self._known is not None

    def add(self, key: str, amount: int, seconds: int) -> int:
        """Raises `StoreError` on any failure."""
        window = int(self._clock()) // seconds
        return int(
            self._try(lambda: self._storage.incr(f"{key}/{seconds}/{window}", seconds, amount))
        )

    def once(self, key: str, seconds: int) -> bool:
        """Raises `StoreError` on any failure."""
        run = self._run()
        found = self._call(_ONCE, [f"{_PREFIX}:once/{key}"], [run, seconds])
        if found == -1:
            self._known = None
        return bool(found == 1)

    def take(self, batch: Sequence[Take]) -> list[int]:
        """Raises `StoreError` on any failure."""
        now = int(self._clock())
        keys: list[str] = []
        words: list[Any] = [self._run()]
        for counts, token, token_seconds in batch:
            words += [len(counts), token_seconds if token else 0]
            for key, most, seconds, over in counts:
                keys.append(f"{_PREFIX}:{key}/{seconds}/{now // seconds}")
                words += [most, seconds, over]
            if token:
                keys.append(f"{_PREFIX}:once/{token}")
        verdicts = self._call(_TAKE, keys, words)
        if len(verdicts) > len(batch):
            self._known = None
        return [int(one) for one in verdicts[: len(batch)]]

    def generation(self) -> bytes:
        """Raises `StoreError` on any failure."""
        self._run()
        known = self._known
        if known is None:
            raise StoreError("Redis started again a moment ago")
        return hashlib.sha256(b"/".join(known)).digest()

    def reserve(
        self, name: str, day: int, host: str, wanted: int, known: tuple[Totals, Totals, Totals]
    ) -> tuple[int, Totals]:
        """Evaluations of a key over all hosts. Raises `StoreError` on any failure."""
        words = [host, wanted, *(number for one in known for number in (one.day, one.epoch))]
        keys = [f"{_PREFIX}:{name}/{day}", f"{_PREFIX}:{name}"]
        granted, of_day, of_epoch = self._call(_RESERVE, keys, words)
        return int(granted), Totals(int(of_day), int(of_epoch))

    def _run(self) -> bytes:
        """The run id that this process knows, asked for where it knows none."""
        known = self._known
        if known is None:
            mine = secrets.token_hex(32)
            run, secret = self._call(_GENERATION, [f"{_PREFIX}:generation"], [mine])
            self._known = known = (bytes(run), bytes(secret))
        return known[0]

    def _call(self, script: str, keys: list[str], words: list[Any]) -> Any:
        return self._try(lambda: self._scripts[script](keys, words))

    def _try(self, ask: Callable[[], Any]) -> Any:
        """Ask Redis, and whatever goes wrong is `StoreError`, without its text."""
        now = time.monotonic()
        if now < self._rest_until:
            raise StoreError("Redis failed a moment ago")
        try:
            return ask()
        except Exception as error:  # noqa: BLE001 (whatever fails here, nothing may pass)
            self._rest_until = time.monotonic() + _REST
            raise StoreError(f"Redis: {type(error).__name__}") from None
