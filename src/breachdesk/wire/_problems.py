"""RFC 9457 problem types (PROTOCOL section 10): one closed list."""

from dataclasses import dataclass
from types import MappingProxyType

from breachdesk.wire._json import dumps

PROBLEM_CONTENT_TYPE = "application/problem+json"
_PREFIX = "urn:breachdesk:problem:"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A row of the table. `title` is in plain words and says nothing about a request's body."""

    name: str
    status: int
    title: str

    @property
    def type(self) -> str:
        return _PREFIX + self.name


_ROWS = (
    ProblemType("invalid-element", 400, "The body is not an element of the group"),
    ProblemType("invalid-length", 400, "The body does not have the expected length"),
    ProblemType("invalid-request", 400, "The body is not what this address takes"),
    ProblemType("not-served", 403, "No codes are sent to this address"),
    ProblemType("proof-of-work", 403, "The proof of work is missing or no longer good"),
    ProblemType("not-the-builder", 403, "The batch is not signed by the builder, or not any more"),
    ProblemType("wrong-code", 403, "The code is not right, or no longer good"),
    ProblemType("unsupported-media-type", 415, "The content type is not supported"),
    ProblemType("not-found", 404, "There is nothing at this address"),
    ProblemType("method-not-allowed", 405, "This address does not take this method"),
    ProblemType("too-large", 413, "The body is too large"),
    ProblemType("too-many-requests", 429, "Too many requests: try again later"),
    ProblemType("unavailable", 503, "The service cannot answer now: try again later"),
    ProblemType("internal", 500, "The service failed"),
)

PROBLEMS = MappingProxyType({row.name: row for row in _ROWS})


def problem_body(name: str, **extra: str | int) -> bytes:
    """The body of a problem: type, title, status, then `extra`. KeyError for an unknown name."""
    row = PROBLEMS[name]
    return dumps({"type": row.type, "title": row.title, "status": row.status, **extra})
