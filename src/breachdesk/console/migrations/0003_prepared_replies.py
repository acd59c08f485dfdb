"""Prepared replies, and the first of them. What leads wrote goes with the table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

#: Name and text in Korean, name and text in English.
_FIRST = (
    (
        "접수 안내",
        "신고를 받았습니다. 담당자가 읽고 있으며, 24시간 안에 다시 글을 남기겠습니다.",
        "Received",
        ("We have your report. Somebody is reading it and will write again within 24 hours."),
    ),
    (
        "은행에 알리기",
        (
            "돈을 보내셨다면 지금 은행에 전화해 지급정지를 요청하십시오. 그다음 112에 "
            "신고하십시오. 하신 뒤 여기에 알려 주십시오."
        ),
        "Tell the bank",
        (
            "If you sent money, call your bank now and ask them to stop the payment. Then "
            "call 112. Tell us here when you have done so."
        ),
    ),
    (
        "더 여쭙기",
        (
            "언제, 어떤 번호에서, 무슨 말로 연락이 왔는지 적어 주십시오. 화면을 찍은 "
            "사진이 있으면 올려 주십시오."
        ),
        "Ask for details",
        (
            "Please write when they called, from which number and what they said. If you "
            "have a picture of the screen, add it."
        ),
    ),
    (
        "경찰 신고 안내",
        (
            "경찰청 누리집이나 가까운 경찰서에 신고하실 수 있습니다. 신고하시면 사건 "
            "번호를 알려 주십시오."
        ),
        "Report to the police",
        (
            "You can report this to the police, on their site or at a station. Tell us the "
            "number of the police case if you do."
        ),
    ),
    (
        "명의도용 개통",
        (
            "명의도용 방지 누리집에서 내 이름으로 열린 회선을 확인하고, 모르는 회선은 그 "
            "통신사에 해지를 요청하십시오."
        ),
        "Line in your name",
        (
            "Look up the lines that are open in your name, and ask the carrier to end "
            "those that are not yours."
        ),
    ),
    (
        "처리 완료",
        (
            "저희가 할 일을 마쳤습니다. 더 생긴 일이 있으면 여기에 글을 남기십시오. 사건이 "
            "다시 열립니다."
        ),
        "Resolved",
        (
            "We have done what we can. If anything else happens, write here and the case "
            "opens again."
        ),
    ),
)


def _fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    model = apps.get_model("console", "PreparedReply")
    for title_ko, text_ko, title_en, text_en in _FIRST:
        model.objects.create(title_ko=title_ko, text_ko=text_ko, title_en=title_en, text_en=text_en)


class Migration(migrations.Migration):
    """A table, and rows in it."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("console", "0002_log_and_index"),
    ]
    operations = [
        migrations.CreateModel(
            name="PreparedReply",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title_ko", models.CharField(max_length=60)),
                ("title_en", models.CharField(max_length=60)),
                ("text_ko", models.TextField()),
                ("text_en", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "default_permissions": (),
            },
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
    ]
