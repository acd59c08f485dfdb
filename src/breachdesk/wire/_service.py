"""The service document (PROTOCOL section 10): where everything is, and under which keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from breachdesk.wire._json import dumps, loads
from breachdesk.wire._limits import SERVICE_LIMIT
from breachdesk.wire._strict import Strict

SERVICE_FORMAT = "breachdesk/service/v1"
KINDS = ("open", "code")
"""Kinds of OPRF key that a client asks, in order (PROTOCOL section 2)."""

CHANNELS = ("phone", "email", "letter", "desk")
"""Ways to a channel token (PROTOCOL sections 4.4 and 10); the last is a code from the desk."""

_MOST_EVALUATORS = 16
_MOST_TIMESTAMPS = 16
_STRICT = Strict("service")
_BASE_URL = r"https?://[^\s/?#@\\]+(/[^\s?#@\\]*[^\s/?#@\\])?"
_NAME = r"[^\s+]+"


@dataclass(frozen=True, slots=True)
class EvaluatorAddress:
    """One holder of a key share: `public` is its share key, 32 bytes."""

    name: str
    url: str
    public: bytes


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """The channel service: its base URL, and in the order of CHANNELS what it takes codes from."""

    url: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    """Vkeys are in C2SP's text form; base URLs have no `/` at the end."""

    origin: str
    log: str
    timestamps: tuple[str, ...]
    buckets: str
    evaluators: Mapping[str, tuple[EvaluatorAddress, ...]]
    channel: ChannelAddress | None = None

    def encode(self) -> bytes:
        """The document's bytes. Raises WireError("service") if no client would take them."""
        data = dumps(
            {
                "format": SERVICE_FORMAT,
                "origin": self.origin,
                "log": self.log,
                "timestamps": list(self.timestamps),
                "buckets": self.buckets,
                "channel": self.channel
                and {"url": self.channel.url, "channels": list(self.channel.channels)},
                "evaluators": {
                    kind: [
                        {"name": one.name, "url": one.url, "public": one.public.hex()}
                        for one in self.evaluators.get(kind, ())
                    ]
                    for kind in KINDS
                },
            }
        )
        self.decode(data)
        return data

    @classmethod
    def decode(cls, data: bytes) -> "ServiceDocument":
        """Raises WireError("service")."""
        value = loads(data, limit=SERVICE_LIMIT, code="service")
        keys = ("format", "origin", "log", "timestamps", "buckets", "channel", "evaluators")
        top = _STRICT.object(value, "service", keys)
        if top["format"] != SERVICE_FORMAT:
            _STRICT.fail("format", "not a version that this program knows")
        stamps = _STRICT.array(top["timestamps"], "timestamps", 1, _MOST_TIMESTAMPS)
        lists = _STRICT.object(top["evaluators"], "evaluators", KINDS)
        return cls(
            origin=_STRICT.text(top["origin"], "origin", most=255, pattern=_NAME),
            log=_STRICT.text(top["log"], "log", most=512),
            timestamps=tuple(_STRICT.text(one, "timestamps", most=512) for one in stamps),
            buckets=_STRICT.text(top["buckets"], "buckets", most=2048, pattern=_BASE_URL),
            evaluators={kind: _evaluators(lists[kind], f"evaluators.{kind}") for kind in KINDS},
            channel=None if top["channel"] is None else _channel(top["channel"]),
        )


def _channel(value: Any) -> ChannelAddress:
    one = _STRICT.object(value, "channel", ("url", "channels"))
    names = _STRICT.array(one["channels"], "channel.channels", 1, len(CHANNELS))
    channels = tuple(_STRICT.choice(name, "channel.channels", CHANNELS) for name in names)
    if channels != tuple(name for name in CHANNELS if name in channels):
        _STRICT.fail("channel.channels", "not each once and in order")
    return ChannelAddress(
        _STRICT.text(one["url"], "channel.url", most=2048, pattern=_BASE_URL), channels
    )


def _evaluators(value: Any, where: str) -> tuple[EvaluatorAddress, ...]:
    found = _STRICT.array(value, where, 0, _MOST_EVALUATORS)
    return tuple(_evaluator(one, f"{where}[{i}]") for i, one in enumerate(found))


def _evaluator(value: Any, where: str) -> EvaluatorAddress:
    one = _STRICT.object(value, where, ("name", "url", "public"))
    return EvaluatorAddress(
        name=_STRICT.text(one["name"], f"{where}.name", most=255),
        url=_STRICT.text(one["url"], f"{where}.url", most=2048, pattern=_BASE_URL),
        public=_STRICT.hex(one["public"], f"{where}.public", 32),
    )
