"""The same scam in many reports, and the lead's word on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from breachdesk.console import services
from breachdesk.console._access import actor_of, may
from breachdesk.console.errors import Refused
from breachdesk.console.models import Cluster
from breachdesk.console.views._answers import field, to

_PAGE = 100


@may("case.list")
@require_safe
def clusters(request: HttpRequest, language: str) -> HttpResponse:
    """All, the largest first."""
    rows = Cluster.objects.select_related("decided_by")[:_PAGE]
    return render(request, "console/clusters.html", {"rows": rows})


@may("case.list")
@require_safe
def cluster(request: HttpRequest, language: str, cluster_id: int) -> HttpResponse:
    """One, with its cases."""
    return _shown(request, cluster_id)


@may("warning.approve")
@require_POST
def decide(request: HttpRequest, language: str, cluster_id: int) -> HttpResponse:
    """Warn in public, or not."""
    actor = actor_of(request)
    try:
        if field(request, "act") == "warn":
            services.warn(actor, cluster_id, field(request, "words_ko"), field(request, "words_en"))
        else:
            services.dismiss(actor, cluster_id)
    except Refused as refused:
        return _shown(request, cluster_id, refused.reason)
    return to(language, f"clusters/{cluster_id}/")


def _shown(request: HttpRequest, cluster_id: int, refused: str = "") -> HttpResponse:
    found = Cluster.objects.filter(pk=cluster_id).first()
    if found is None:
        raise Http404
    context = {
        "cluster": found,
        "rows": services.cases_of(found)[:_PAGE],
        "refused": refused,
        "typed": request.POST,
        "now": timezone.now(),
    }
    return render(request, "console/cluster.html", context, status=409 if refused else 200)
