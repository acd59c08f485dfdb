"""The pages of the desk: read, act, show. What is done is in `services`."""

import unicodedata
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk.desk import _follow, services
from breachdesk.desk._form import STEPS, ReportForm, new_key
from breachdesk.desk._gate import gate, is_busy
from breachdesk.desk._pages import page, receives
from breachdesk.desk._register import known_incidents
from breachdesk.desk._said import answers
from breachdesk.desk.errors import FormUsedError, WrongCallCodeError
from breachdesk.desk.models import Case, PublicWarning
from breachdesk.incidents import PERSON
from breachdesk.site import language_of


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Send the visitor to the home page in the language that the browser asks for."""
    response = HttpResponseRedirect(f"/{language_of(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """Say what this desk does, with the numbers to call first."""
    return page(request, "home")


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, language: str) -> HttpResponse:
    """The form: empty, with what the check's page hands over, or with what is to be changed."""
    given = request.POST.copy()
    if not given.get("form_key"):
        given["form_key"] = new_key()
        # The check's page hands over all items in one field; two incidents may share some.
        given.setlist("items", list(dict.fromkeys(given.get("items", "").split(","))))
    return _form(request, ReportForm(given), shown=False)


@receives
def check(request: HttpRequest, language: str) -> HttpResponse:
    """Show the answers once more, with a place for files, or what is wrong with them."""
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form(request, form, shown=True)
    return page(request, "check", form=form, answers=answers(form, language), kept=_kept(form))


@receives
def send(request: HttpRequest, language: str) -> HttpResponse:
    """Take the report in. The answer is the confirmation, also for a form that is sent again."""
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form(request, form, shown=True)
    incident = _incident_of(form)
    try:
        receipt = services.receive(PERSON, form.report(language, incident))
    except FormUsedError:
        return page(request, "used", status=409)
    return page(
        request,
        "received",
        receipt=receipt,
        refused=_follow.take_files(request, receipt.digits),
        form_key=new_key(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, language: str) -> HttpResponse:
    """Ask for a receipt number; with one, show its case."""
    if request.method != "POST":
        return page(request, "receipt")
    return _case(request, language)


@receives
def _case(request: HttpRequest, language: str) -> HttpResponse:
    return _follow.show(request)


@receives
def reply(request: HttpRequest, language: str) -> HttpResponse:
    """Take a message of the person."""
    return _follow.reply(request)


@receives
def files(request: HttpRequest, language: str) -> HttpResponse:
    """Take files of the person."""
    return _follow.files(request)


@receives
def withdraw(request: HttpRequest, language: str) -> HttpResponse:
    """Take a report back."""
    return _follow.withdraw(request)


@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest, language: str) -> HttpResponse:
    """A receipt that was lost: ask to be called back. The answer is the same for any number."""
    if request.method != "POST":
        return page(request, "lost")
    return _lost(request, language)


@receives
def _lost(request: HttpRequest, language: str) -> HttpResponse:
    typed = unicodedata.normalize("NFKC", request.POST.get("number", ""))
    services.ask_recovery(PERSON, "".join(typed.split())[:16])
    return page(request, "lost", asked=True)


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, language: str) -> HttpResponse:
    """Is this really us? The code that an agent reads out is typed here."""
    if request.method != "POST":
        return page(request, "call")
    return _call(request, language)


@receives
def _call(request: HttpRequest, language: str) -> HttpResponse:
    try:
        proven = services.verify_call(request.POST.get("code", ""))
    except WrongCallCodeError:
        return page(request, "call", wrong=True)
    return page(request, "call", proven=proven)


@require_safe
def warnings(request: HttpRequest, language: str) -> HttpResponse:
    """Scams that many reports tell of, as a lead put them into words."""
    rows = [
        (one.words(language), one.reports, timezone.localdate(one.published_at))
        for one in PublicWarning.objects.all()[:100]
    ]
    return page(request, "warnings", rows=rows)


@require_safe
def challenge(request: HttpRequest) -> HttpResponse:
    """Give a puzzle (PROTOCOL 10.1)."""
    response = HttpResponse(gate().challenge(), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 if the database answers; else Django's own 500."""
    Case.objects.exists()
    response = HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines find the desk: whoever was harmed must be able to."""
    return HttpResponse(
        "User-agent: *\nDisallow: /v1/\nDisallow: /healthz\n",
        content_type="text/plain; charset=utf-8",
    )


def _form(request: HttpRequest, form: ReportForm, *, shown: bool) -> HttpResponse:
    """The form, in its steps or short, with what is wrong if `shown`."""
    if shown and "form_key" in form.errors:
        data = cast(QueryDict, form.data).copy()
        data["form_key"] = new_key()
        form.data = data
    short = is_busy(request) or bool(form.data.get("short_form"))
    return page(
        request,
        "short" if short else "report",
        status=422 if shown else 200,
        form=form,
        reasons=form.reasons() if shown else [],
        steps=STEPS,
        today=timezone.localdate(),
    )


def _kept(form: ReportForm) -> list[tuple[str, str]]:
    """Every value as it was typed, for hidden fields."""
    known = set(form.fields)
    lists = cast(QueryDict, form.data).lists()
    return [(name, value) for name, values in lists if name in known for value in values if value]


def _incident_of(form: ReportForm) -> int | None:
    """The incident that the form names, or the only one there is."""
    known = known_incidents()
    named = [one.id for one in known if one.described.id == form.cleaned_data["incident"]]
    if named:
        return named[0]
    return known[0].id if len(known) == 1 else None
