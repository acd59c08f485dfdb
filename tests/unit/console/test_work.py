"""Calls, clusters, figures, files, accounts, the worker: what is done and what is refused."""

import csv
import io
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp as code_of
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_tasks_db.models import DBTaskResult
from PIL import Image

from breachdesk import database
from breachdesk.console import (
    ConsoleError,
    StaffError,
    _accounts,
    _ledger,
    _sample,
    _worker,
    services,
    tasks,
)
from breachdesk.console._parts import in_use
from breachdesk.console.errors import Refused
from breachdesk.console.models import Call, Cluster
from breachdesk.desk.models import Case, Event, PublicWarning
from breachdesk.desk.services import GivenFile, NewReport, attach, open_by_receipt, verify_call
from breachdesk.incidents import PERSON
from breachdesk.incidents import Actor as Incidents
from breachdesk.incidents import services as register
from tests.factories.console import PASSWORD, member, report, signed_in

pytestmark = pytest.mark.usefixtures("on_sqlite")

INCIDENT = (Path(__file__).parents[2] / "data" / "open-items.toml").read_text("utf-8")


def test_a_report_by_telephone_is_the_agents_and_its_receipt_is_told_once() -> None:
    kim, lee = member("agent", "kim"), member("agent", "lee")
    call = services.begin(kim, "ko")
    new = NewReport(
        form_key=b"f" * 32,
        kind="smishing",
        language="ko",
        channel="phone",
        texts={"narrative": "x"},
    )
    taken = services.take_down(kim, call.pk, new)
    assert len(taken.receipt.replace("-", "")) == 16
    assert taken.receipt not in repr(taken)
    assert services.take_down(kim, call.pk, new).number == taken.number
    case = Case.objects.get()
    assert (case.channel, case.assigned_to_id) == ("phone", kim.user)
    with pytest.raises(Refused, match="gone"):
        services.take_down(lee, call.pk, new)
    services.end(kim, call.pk, "report")
    assert Call.objects.get().ended_at is not None


def test_a_call_is_proved_ours_once() -> None:
    kim = member("agent", "kim")
    call = services.begin(kim, "ko")
    code = services.prove(kim, call.pk, "5678")
    proven = verify_call(code)
    assert (proven.staff, proven.phone_end) == ("kim", "5678")
    with pytest.raises(Refused, match="phone-end"):
        services.prove(kim, call.pk, "56789")


def test_the_same_scam_surfaces_and_is_warned_of_after_approval() -> None:
    kim, boss = member("agent", "kim"), member("lead", "boss")
    texts = {"narrative": "x", "caller_number": "070-0000-4410"}
    cases = [report(texts=texts) for _ in range(4)]
    report(texts={"narrative": "x", "caller_number": "070-0000-9999"})
    services.merge(kim, cases[3], cases[0])
    tasks.open_new.call()
    tasks.find_clusters.call()
    tasks.find_clusters.call()
    cluster = Cluster.objects.get()
    assert (cluster.kind, cluster.cases) == ("phone", 3)
    assert {case.number for case in services.cases_of(cluster)} == set(cases)
    linked = services.linked(Case.objects.get(number=cases[0]))
    assert {(case.number, kind) for case, kind in linked} == {(one, "phone") for one in cases[1:]}
    with pytest.raises(Refused, match="not-allowed"):
        services.warn(kim, cluster.pk, "조심", "Beware")
    with pytest.raises(Refused, match="empty"):
        services.warn(boss, cluster.pk, "조심", "")
    services.warn(boss, cluster.pk, "070-0000-4410은 사기입니다.", "070-0000-4410 is a scam.")
    assert PublicWarning.objects.get().words("en") == "070-0000-4410 is a scam."
    tasks.find_clusters.call()
    assert Cluster.objects.get().state == "warned"
    services.dismiss(boss, cluster.pk)
    assert not PublicWarning.objects.exists()


def test_files_hold_no_formula_and_nothing_sealed() -> None:
    boss = member("lead", "boss")
    number = report(texts={"narrative": "비밀이야기"})
    services.summarise(boss, number, "=HYPERLINK(1)")
    text = services.as_csv(boss).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["number"], row["summary"]) == (number, "'=HYPERLINK(1)")
    sheet = openpyxl.load_workbook(io.BytesIO(services.as_xlsx(boss))).active
    assert sheet["Q2"].value == "=HYPERLINK(1)"
    assert sheet["Q2"].data_type == "s"
    assert "비밀이야기" not in text


def test_the_regulator_sees_no_small_number() -> None:
    member("regulator")
    for _ in range(6):
        report(kind="smishing", region="11")
    report(kind="line_opened", region="11", loss_won=5_000_000)
    found = services.figures()
    row = dict(zip(found.kinds, found.table, strict=False))
    assert row["line_opened"][0] is None
    assert None in row["smishing"]
    assert dict(zip(found.kinds, found.loss, strict=True))["line_opened"] is None


def test_the_board_counts_the_work() -> None:
    kim = member("agent", "kim")
    numbers = [report(loss_won=1_000_000) for _ in range(3)]
    tasks.open_new.call()
    services.resolve(kim, numbers[0])
    found = services.board(Case.objects.get(number=numbers[1]).received_at)
    assert (found.waiting, found.broken, found.loss) == (2, 0, 3_000_000)
    assert found.oldest is not None
    assert found.oldest.number == numbers[1]


def test_the_lead_sees_legal_clocks_run_down_and_nobody_else() -> None:
    boss = signed_in(member("lead", "boss"))
    assert "No legal clock runs." in boss.get("/en/board/").content.decode()
    who, now = Incidents.system("test"), timezone.now()
    incident = register.import_text(who, INCIDENT, "incident.toml")[0].incident
    for rule, hours in (("pipa-34-notice", 20), ("network-48-3", 20), ("gdpr-33", 73)):
        register.start_clock(who, incident, rule, now - timedelta(hours=hours, minutes=30))
    register.start_clock(who, incident, "pipa-34-report", now)
    register.finish_clock(who, incident, "pipa-34-report", now)
    page = boss.get("/en/board/").content.decode()
    shown = re.findall(r'class="clock (\w+)" data-name="(duty-\d+)">([^<]+)<', page)
    assert [(tone, left) for tone, _name, left in shown] == [
        ("broken", "−1 h 30 min"),
        ("risk", "3 h 29 min"),
        ("fine", "2 d 3 h"),
    ]
    assert "Report the intrusion." in page
    assert "Network Act, article 48-3" in page
    korean = boss.get("/ko/board/").content.decode()
    assert "3시간 29분" in korean
    assert "정보통신서비스 제공자" in korean
    live = boss.get("/en/board/live.json").json()
    assert [live[name] for _tone, name, _left in shown] == [left for _tone, _name, left in shown]
    agent = signed_in(member("agent", "kim"))
    assert "duty-" not in agent.get("/en/board/").content.decode()
    assert not any(name.startswith("duty-") for name in agent.get("/en/board/live.json").json())
    with pytest.raises(Refused, match="not-allowed"):
        services.duties(member("auditor"), "ko", now)


def test_a_second_factor_is_set_up_and_asked_for() -> None:
    member("agent", "kim")
    browser = Client()
    browser.post("/ko/sign-in/", {"name": "kim", "password": PASSWORD})
    assert "svg" in browser.get("/ko/account/totp/").content.decode()
    device = TOTPDevice.objects.get(confirmed=False)
    browser.post("/ko/account/totp/", {"code": f"{code_of(device.bin_key):06}"})
    assert browser.get("/ko/queue/").status_code == 200
    shown = browser.post("/ko/account/recovery/").content.decode()
    codes = re.findall(r"<li><code>([^<]+)</code>", shown)
    assert len(codes) == 10
    other = Client()
    other.post("/ko/sign-in/", {"name": "kim", "password": PASSWORD})
    assert other.get("/ko/queue/").headers["Location"] == "/ko/sign-in/second/"
    assert other.get("/ko/account/").headers["Location"] == "/ko/sign-in/second/"
    assert other.post("/ko/sign-in/second/", {"code": codes[0]}).status_code == 302
    assert other.get("/ko/queue/").status_code == 200
    third = Client()
    third.post("/ko/sign-in/", {"name": "kim", "password": PASSWORD})
    assert third.post("/ko/sign-in/second/", {"code": codes[0]}).status_code == 403
    answer = browser.post("/ko/account/remove/", {"device": device.persistent_id})
    assert answer.status_code == 409


def test_a_lost_receipt_is_replaced_and_a_file_is_read_on_record() -> None:
    kim = member("agent", "kim")
    number = report()
    opened = in_use().open(Case.objects.get(number=number))
    picture = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(picture, "PNG")
    given = [GivenFile("사진.png", picture.getvalue())]
    assert attach(PERSON, opened, given, form_key=b"a" * 32) == [""]
    _case, content = services.read(kim, number)
    (file,) = content.files
    assert (file.shown, file.verdict) == ("사진.png", "none")
    answer = signed_in(kim).get(f"/ko/cases/{number}/files/{file.name}/")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert Image.open(io.BytesIO(answer.content)).size == (20, 10)
    digits = services.new_receipt(kim, number)
    assert open_by_receipt(digits).case.number == number
    events = [one.event for one in _ledger.read()]
    assert events[-2:] == ["case.file-read", "case.new-receipt"]


def test_guessing_a_password_waits() -> None:
    member("agent", "kim")
    for _ in range(_accounts.MOST_TRIES):
        with pytest.raises(Refused, match="sign-in"):
            _accounts.sign_in("kim", "wrong")
    with pytest.raises(Refused, match="too-many"):
        _accounts.sign_in("kim", PASSWORD)
    with pytest.raises(Refused, match="sign-in"):
        _accounts.sign_in("somebody else", "wrong")


def test_accounts_are_made_with_care() -> None:
    member("agent", "kim")
    for name, password, role in (
        ("kim", PASSWORD, "agent"),
        ("lee", "short", "agent"),
        ("lee", PASSWORD, "king"),
    ):
        with pytest.raises(StaffError):
            _accounts.add(name, password, role)
    _accounts.reset("kim", PASSWORD + "!")
    assert not TOTPDevice.objects.exists()
    with pytest.raises(StaffError, match="nobody"):
        _accounts.set_role("nobody", "lead")


def test_a_session_ends_with_a_reset() -> None:
    actor = member("agent", "kim")
    browser = signed_in(actor)
    assert browser.get("/ko/queue/").status_code == 200
    _accounts.reset("kim", PASSWORD + "!")
    assert browser.get("/ko/queue/").status_code == 302


def test_the_worker_opens_what_came_and_ends_when_told() -> None:
    number = report(texts={"narrative": "x", "caller_number": "010-0000-1234"})
    stop = threading.Event()
    done: list[Any] = []

    def look() -> None:
        try:
            for _ in range(200):
                if Case.objects.filter(number=number, indexed_at__isnull=False).exists():
                    done.append(number)
                    break
                stop.wait(0.1)
        finally:
            stop.set()
            connection.close()

    watcher = threading.Thread(target=look)
    watcher.start()
    _worker.run(stop)
    watcher.join()
    assert done == [number]
    assert DBTaskResult.objects.filter(status="SUCCESSFUL").exists()
    assert Event.objects.filter(verb="opened").count() == 1


def test_a_task_that_fails_tells_its_kind_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    report()
    canary = "CANARY"

    def fail(_case: object) -> None:
        raise ValueError(canary)

    monkeypatch.setattr(tasks, "promise", fail)
    tasks.open_new.enqueue()
    _worker.work_off()
    failed = DBTaskResult.objects.get()
    assert failed.status == "FAILED"
    assert "ValueError" in failed.traceback
    assert canary not in failed.traceback


def test_a_sample_fills_an_empty_database_once() -> None:
    made = _sample.make(12, PASSWORD)
    assert (made.reports, User.objects.count()) == (12, 7)
    assert Case.objects.count() == 12
    with pytest.raises(ConsoleError, match="empty database"):
        _sample.make(1, PASSWORD)


def test_migrations_go_forward_and_back() -> None:
    call_command("makemigrations", "console", "desk", check=True, dry_run=True, verbosity=0)
    call_command("migrate", "console", "zero", verbosity=0)
    assert "console_grams" not in connection.introspection.table_names()
    database.migrate()
    assert "console_grams" in connection.introspection.table_names()
