"""The service document of PROTOCOL section 10, as the pages use it.

They hand it out byte for byte, and open their Content-Security-Policy for the origins in it.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from breachdesk.site.errors import ServiceDocumentError
from breachdesk.wire import ServiceDocument, WireError


@dataclass(frozen=True, slots=True)
class Service:
    """`text` is the document exactly as it was given; `origins` whom the script may talk to."""

    text: str
    log: str
    timestamps: tuple[str, ...]
    origins: tuple[str, ...]


def parse_service(text: str) -> Service:
    """Check the document and find the origins in it. ServiceDocumentError says what is wrong."""
    try:
        document = ServiceDocument.decode(text.encode())
    except WireError as error:
        raise ServiceDocumentError(error.detail) from None
    evaluators = [one for holders in document.evaluators.values() for one in holders]
    urls = [document.buckets, *(one.url for one in evaluators)]
    if document.channel is not None:
        urls.append(document.channel.url)
    origins = tuple(dict.fromkeys(_origin(url) for url in urls))
    return Service(text, document.log, document.timestamps, origins)


def _origin(url: str) -> str:
    """Return scheme and host of a base URL, as a CSP source."""
    parts = urlsplit(url)
    if not parts.hostname or any(character in parts.netloc for character in ";,'\"*"):
        raise ServiceDocumentError("the address of an evaluator or bucket host has no plain host")
    return f"{parts.scheme}://{parts.netloc}"
