"""The text that pages show of an incident, beside its release."""

import contextlib
from collections.abc import Iterator

from breachdesk.incident import Incident
from breachdesk.release import Store, StoreError


@contextlib.contextmanager
def text_in_place(store: Store, incident: Incident) -> Iterator[None]:
    """The incident's text for the pages, there before its release; as it was on failure."""
    texts = store.incident_texts
    earlier = texts.read(incident.id)
    path = texts.path(incident.id)
    try:
        texts.write(incident.id, incident.source_text)
        yield
    except BaseException:
        if earlier is None:
            path.unlink(missing_ok=True)
        elif texts.read(incident.id) != earlier:
            with contextlib.suppress(StoreError):  # the failure of the build counts
                texts.write(incident.id, earlier)
        raise
