"""Warnings for the public, and an index for the search by what a case is."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_first"),
        ("incidents", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicWarning",
            fields=[
                ("source", models.BigIntegerField(primary_key=True, serialize=False)),
                ("words_ko", models.TextField()),
                ("words_en", models.TextField()),
                ("reports", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-published_at",),
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["kind", "state", "region"], name="desk_case_what"),
        ),
    ]
