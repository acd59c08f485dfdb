"""The number of a release in the timeline, once for each incident."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="release",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                fields=("incident", "release"), name="incidents_one_release"
            ),
        ),
    ]
