"""The service document of PROTOCOL section 10, as the pages use it.

They hand it out byte for byte, and open their Content-Security-Policy for the origins in it.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from breachdesk.site.errors import ServiceDocumentError
from breachdesk.wire import ServiceDocument, WireError


@dataclass(frozen=True, slots=True)
class Service:
    """`text` is the document exactly as it was given; `origins` whom the script may talk to.

    `channels` are the ways to a channel token (PROTOCOL section 10), none without a channel
    service; `holders` the names of all evaluators, each once.
    """

    text: str
    log: str
    timestamps: tuple[str, ...]
    origins: tuple[str, ...]
    channels: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    origin: str = ""

    @property
    def own_keys(self) -> tuple[str, ...]:
        """The operator's timestamp key, which has this name (PROTOCOL 9.2)."""
        return tuple(key for key in self.timestamps if key.startswith(f"{self.origin}/timestamp+"))

    @property
    def witness_keys(self) -> tuple[str, ...]:
        """All other cosigners are witnesses (PROTOCOL 9.5)."""
        return tuple(key for key in self.timestamps if key not in self.own_keys)


def parse_service(text: str) -> Service:
    """Check the document and find the origins in it. ServiceDocumentError says what is wrong."""
    try:
        document = ServiceDocument.decode(text.encode())
    except WireError as error:
        raise ServiceDocumentError(error.detail) from None
    evaluators = [one for holders in document.evaluators.values() for one in holders]
    channel = document.channel
    urls = [document.buckets, *(one.url for one in evaluators)]
    urls += [channel.url] if channel else []
    origins = tuple(dict.fromkeys(origin_of(url) for url in urls))
    channels = channel.channels if channel else ()
    holders = tuple(dict.fromkeys(one.name for one in evaluators))
    return Service(
        text,
        document.log,
        document.timestamps,
        origins,
        channels,
        holders,
        document.origin,
    )


def origin_of(url: str) -> str:
    """Return scheme and host of a base URL, as a CSP source."""
    parts = urlsplit(url)
    if not parts.hostname or any(character in parts.netloc for character in ";,'\"*"):
        raise ServiceDocumentError("an address that the page talks to has no plain host")
    return f"{parts.scheme}://{parts.netloc}"
