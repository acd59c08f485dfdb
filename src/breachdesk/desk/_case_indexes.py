"""What is read of many cases at once, and the indexes that hold it: no row is looked at for it."""

from typing import Final

from django.db import models

CASE_INDEXES: Final = (
    # The queue in its order, and whose a case is.
    models.Index(
        "going",
        models.F("urgent").desc(),
        "next_promise",
        "received_at",
        "id",
        "assigned_to",
        name="desk_case_pressing",
    ),
    # What is counted of the work: how many wait, whose, which promises are broken.
    models.Index(
        fields=(
            "state",
            "assigned_to",
            "paused_since",
            "first_response_at",
            "first_response_due",
            "resolution_due",
        ),
        name="desk_case_work",
    ),
    # What is counted of the reports, in the order of the counts.
    models.Index(
        fields=("kind", "region", "state", "received_at", "loss_won"),
        name="desk_case_counted",
    ),
    models.Index(
        fields=("recovery_asked_at",),
        condition=models.Q(recovery_asked_at__isnull=False),
        name="desk_case_recovery",
    ),
)
