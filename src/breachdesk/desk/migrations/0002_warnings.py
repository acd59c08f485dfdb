"""Warnings for the public."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_first"),
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
    ]
