"""Pages and answers that belong to no capability."""

import httpx
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from breachdesk.site._languages import language_of

_PROBE_SECONDS = 2.0


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Send the visitor to the home page in the language that the browser asks for."""
    response = HttpResponseRedirect(f"/{language_of(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def service(request: HttpRequest) -> HttpResponse:
    """Hand out the service document exactly as it was given (PROTOCOL section 10)."""
    response = HttpResponse(settings.SERVICE.text, content_type="application/json")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 if evaluator and channel service do too; otherwise nobody can check: 503."""
    silent = [
        name
        for name, url in (
            ("the evaluator", settings.CHECK_HEALTH),
            ("the channel service", settings.CHANNEL_HEALTH),
        )
        if url and not _answers(url)
    ]
    body, status = (f"{' and '.join(silent)}: no answer\n", 503) if silent else ("ok\n", 200)
    response = HttpResponse(body, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def _answers(url: str) -> bool:
    try:
        answer = httpx.get(url, timeout=_PROBE_SECONDS, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines find the pages: whoever is affected must be able to."""
    return HttpResponse(
        "User-agent: *\nDisallow: /v1/\nDisallow: /healthz\n",
        content_type="text/plain; charset=utf-8",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say in words that there is no such page, and where to go."""
    response = render(request, "site/404.html", status=404)
    patch_vary_headers(response, ["Accept-Language"])
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say in words that the page failed, and what else to do."""
    response = render(request, "site/500.html", status=500)
    response["Cache-Control"] = "no-store"
    return response
