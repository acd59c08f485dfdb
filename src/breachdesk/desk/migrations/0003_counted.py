"""What queue, board and search are read from at 200,000 cases: columns that the database works out
itself, and indexes that hold all that is asked of a case.

Both databases write the table anew once, for the columns.
"""

import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_warnings"),
        ("incidents", "0002_releases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="desk_case_queue",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="desk_case_kind",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="desk_case_assigned",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="desk_case_first_due",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="desk_case_due",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="desk_case_what",
        ),
        migrations.RemoveIndex(
            model_name="fingerprint",
            name="desk_fingerprint_found",
        ),
        migrations.AddField(
            model_name="case",
            name="going",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(state__in=("new", "open"), then=1),
                    default=0,
                    output_field=models.SmallIntegerField(),
                ),
                output_field=models.SmallIntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="next_promise",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    models.Case(
                        models.When(first_response_at=None, then="first_response_due"),
                        default="resolution_due",
                    ),
                    "received_at",
                ),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("going"),
                models.OrderBy(models.F("urgent"), descending=True),
                models.F("next_promise"),
                models.F("received_at"),
                models.F("id"),
                models.F("assigned_to"),
                name="desk_case_pressing",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=[
                    "state",
                    "assigned_to",
                    "paused_since",
                    "first_response_at",
                    "first_response_due",
                    "resolution_due",
                ],
                name="desk_case_work",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["kind", "region", "state", "received_at", "loss_won"],
                name="desk_case_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("recovery_asked_at__isnull", False)),
                fields=["recovery_asked_at"],
                name="desk_case_recovery",
            ),
        ),
        migrations.AddIndex(
            model_name="fingerprint",
            index=models.Index(
                fields=["kind", "digest"],
                name="desk_fingerprint_begins",
                opclasses=("varchar_ops", "varchar_pattern_ops"),
            ),
        ),
    ]
