"""A duty that each new finding brings anew has a clock for each: one of a rule runs at a time.

The way back fails, and changes nothing, once a rule of an incident has two.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_releases")]

    operations = [
        migrations.RemoveConstraint(model_name="clock", name="incidents_one_clock"),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(done_at=None),
                fields=("incident", "rule"),
                name="incidents_one_clock_runs",
            ),
        ),
    ]
