"""What every answer carries: which pages' scripts may read it (the Fetch standard's CORS protocol).

Requests carry no credentials, so without configured origins any page may ask.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from breachdesk.channel._parts import in_use

Answer = Callable[[HttpRequest], HttpResponse]


def answers(get_response: Answer) -> Answer:
    """Put the headers on."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        _allow(request, response, in_use().page_origins)
        if response.status_code not in (204, 304):
            response["Content-Length"] = str(len(response.content))
        return response

    return answered


def _allow(request: HttpRequest, response: HttpResponse, origins: tuple[str, ...]) -> None:
    allowed = origins[0] if origins else "*"
    if len(origins) > 1:
        patch_vary_headers(response, ["Origin"])
        allowed = request.headers.get("Origin", "")
        if allowed not in origins:
            return
    response["Access-Control-Allow-Origin"] = allowed
    response["Access-Control-Expose-Headers"] = "Retry-After"
