"""Addresses of the console. What a person types is part of none, and query strings are not read."""

from django.urls import include, path, register_converter

from breachdesk.console.views import (
    account,
    board,
    calls,
    case,
    clusters,
    health,
    incidents,
    office,
    passkeys,
    queue,
    replies,
    sign_in,
)
from breachdesk.site import LanguageConverter

register_converter(LanguageConverter, "language")

_pages = [
    path("", queue.home),
    path("sign-in/", sign_in.password),
    path("sign-in/second/", sign_in.second),
    path("sign-out/", sign_in.leave),
    path("account/", account.account),
    path("account/totp/", account.totp),
    path("account/recovery/", account.recovery),
    path("account/remove/", account.remove),
    path("queue/", queue.queue),
    path("queue/<slug:view>/<int:page>/", queue.queue),
    path("queue/bulk/", queue.bulk),
    path("search/", queue.search),
    path("cases/<slug:number>/", case.case),
    path("cases/<slug:number>/act/", case.act),
    path("cases/<slug:number>/receipt/", case.receipt),
    path("cases/<slug:number>/files/<slug:name>/", case.file),
    path("calls/", calls.calls),
    path("calls/begin/", calls.begin),
    path("calls/end/", calls.end),
    path("calls/report/", calls.report),
    path("calls/proof/", calls.proof),
    path("clusters/", clusters.clusters),
    path("clusters/<int:cluster_id>/", clusters.cluster),
    path("clusters/<int:cluster_id>/decide/", clusters.decide),
    path("replies/", replies.replies),
    path("replies/change/", replies.change),
    path("replies/<int:reply_id>/", replies.reply),
    path("incidents/", incidents.incidents),
    path("incidents/<slug:slug>/", incidents.incident),
    path("incidents/<slug:slug>/event/", incidents.event),
    path("incidents/<slug:slug>/clock/", incidents.clock),
    path("incidents/<slug:slug>/revise/", incidents.revise),
    path("board/", board.board),
    path("board/live.json", board.live),
    path("board/cases.csv", board.as_csv),
    path("board/cases.xlsx", board.as_xlsx),
    path("figures/", board.figures),
    path("audit/", office.audit),
    path("audit/before/<int:before>/", office.audit),
    path("staff/", office.staff),
    path("staff/change/", office.change),
]
urlpatterns = [
    path("", queue.root),
    path("healthz", health.healthz),
    path("passkey/sign-in/begin/", passkeys.sign_in_begin),
    path("passkey/sign-in/complete/", passkeys.sign_in_complete),
    path("passkey/register/begin/", passkeys.register_begin),
    path("passkey/register/complete/", passkeys.register_complete),
    path("<language:language>/", include(_pages)),
]
handler403 = "breachdesk.console.views.errors.forbidden"
handler404 = "breachdesk.console.views.errors.not_found"
handler500 = "breachdesk.console.views.errors.server_error"
