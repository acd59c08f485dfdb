"""The addresses of the channel service: read, admit, act, answer. What is done is in `services`."""

from django.http import HttpRequest, HttpResponse

from breachdesk.channel import _openapi, _requests, services
from breachdesk.channel._answers import (
    JSON,
    NO_STORE,
    OCTETS,
    STORE_RETRY,
    admit,
    answer,
    body_of,
    serve,
    spend_token,
)
from breachdesk.channel._metrics import CONTENT_TYPE
from breachdesk.channel._parts import NO_RELEASE, Parts
from breachdesk.channel.errors import Refusal
from breachdesk.channel.models import Heartbeat
from breachdesk.channel.tasks import HEART
from breachdesk.wire import dumps

#: A sender that has not looked for work for this long is taken for dead.
_HEART_SECONDS = 60


@serve("ask", "POST")
def ask(request: HttpRequest, parts: Parts) -> HttpResponse:
    """Enqueue a code. The answer is the same for every address that is served."""
    admit(request, parts)
    address, language = _requests.read_ask(body_of(request))
    spend_token(request, parts)
    ticket = services.ask(parts, address, language)
    body = dumps({"ticket": ticket, "expires_in": services.CODE_SECONDS})
    return answer(body, JSON, status=202)


@serve("token", "POST")
def token(request: HttpRequest, parts: Parts) -> HttpResponse:
    """Exchange a one-time code."""
    admit(request, parts)
    address, ticket, code = _requests.read_token(body_of(request))
    return answer(services.take_token(parts, address, ticket, code), OCTETS)


@serve("letter", "POST")
def letter(request: HttpRequest, parts: Parts) -> HttpResponse:
    """Exchange a letter code."""
    admit(request, parts)
    if "letter" not in parts.config.channels:
        raise Refusal("not-found")
    code = _requests.read_letter(body_of(request))
    spend_token(request, parts)
    return answer(services.take_letter(parts, code), OCTETS)


@serve("desk", "POST")
def desk(request: HttpRequest, parts: Parts) -> HttpResponse:
    """Exchange a code of the desk."""
    admit(request, parts)
    if "desk" not in parts.config.channels:
        raise Refusal("not-found")
    address, code = _requests.read_desk(body_of(request))
    spend_token(request, parts)
    return answer(services.take_desk_token(parts, address, code), OCTETS)


@serve("challenge", "GET", "HEAD")
def challenge(request: HttpRequest, parts: Parts, kind: str, epoch: str) -> HttpResponse:
    """Give a challenge (10.1)."""
    if kind != "channel" or epoch != str(parts.epoch):
        raise Refusal("not-found")
    admit(request, parts)
    share = parts.load.share()
    return answer(parts.tokens.challenge("channel", parts.epoch, NO_RELEASE, share), JSON)


@serve("service", "GET", "HEAD")
def openapi(request: HttpRequest, parts: Parts) -> HttpResponse:
    """Describe the service."""
    return answer(_openapi.openapi(), JSON, cache="public, max-age=3600")


@serve("service", "GET", "HEAD")
def healthz(request: HttpRequest, parts: Parts) -> HttpResponse:
    """Say that the database is there and that a sender works: else no code would arrive."""
    heart = Heartbeat.objects.filter(name=HEART).first()
    if heart is None or parts.now - heart.at > _HEART_SECONDS:
        raise Refusal("unavailable", retry_after=STORE_RETRY)
    return answer(b'{"status":"ok"}', JSON)


@serve("service", "GET", "HEAD")
def metrics(request: HttpRequest, parts: Parts) -> HttpResponse:
    """Counts; close this address at the edge."""
    return answer(parts.metrics.render(), CONTENT_TYPE, cache=NO_STORE)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such path."""
    return refuse(request, problem="not-found")


def failed(request: HttpRequest) -> HttpResponse:
    """Something failed before a view was found."""
    return refuse(request, problem="internal")


@serve("other")
def refuse(request: HttpRequest, parts: Parts, problem: str) -> HttpResponse:
    """Refuse whatever comes."""
    raise Refusal(problem)
