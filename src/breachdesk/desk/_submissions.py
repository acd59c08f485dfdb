"""Forms that are sent twice: the second time they are answered like the first, and do nothing."""

import hashlib
import hmac
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone

from breachdesk.desk.errors import FormUsedError
from breachdesk.desk.models import Case, Submission


def once(form_key: bytes, content: bytes, work: Callable[[], Case]) -> tuple[Case, bool]:
    """Do `work` once for a form; its case, and whether it was done before.

    All in one transaction: a kill before the commit leaves nothing, after it the form is known. Of
    two at once, one waits for the other's commit. Raises `FormUsedError` when the form came before
    with other content.
    """
    key = hashlib.sha256(b"breachdesk/form/v1" + form_key).hexdigest()
    digest = hmac.digest(form_key, content, "sha256").hex()
    try:
        with transaction.atomic():
            if (found := _found(key, digest)) is not None:
                return found, True
            case = work()
            with transaction.atomic():
                Submission.objects.create(
                    key=key, content=digest, case=case, created_at=timezone.now()
                )
            return case, False
    except IntegrityError:
        found = _found(key, digest)
        if found is None:
            raise
        return found, True


def _found(key: str, digest: str) -> Case | None:
    row = Submission.objects.select_related("case").filter(key=key).first()
    if row is None:
        return None
    if not hmac.compare_digest(row.content, digest):
        raise FormUsedError("this form was received before, with other content")
    return row.case
