"""The number of a release in the timeline, once for each incident."""

import re

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SOURCE = re.compile(r"release ([1-9]\d{0,5})")


def numbers(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Of entries that had one before the way back: `source` says it still."""
    entries = apps.get_model("incidents", "Entry").objects
    for entry in entries.filter(kind="released", release=None).order_by("id"):
        found = _SOURCE.fullmatch(entry.source)
        if found is None:
            continue
        number = int(found[1])
        if not entries.filter(incident_id=entry.incident_id, release=number).exists():
            entries.filter(pk=entry.pk).update(release=number)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="release",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunPython(numbers, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                fields=("incident", "release"), name="incidents_one_release"
            ),
        ),
    ]
