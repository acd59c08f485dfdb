"""The text that pages show of an incident, beside its release."""

import contextlib
from collections.abc import Iterator

from breachdesk.release import Store, StoreError


@contextlib.contextmanager
def text_in_place(store: Store, incident: str, text: str) -> Iterator[None]:
    """An incident's text for the pages, there before its release; as it was on failure."""
    texts = store.incident_texts
    earlier = texts.read(incident)
    path = texts.path(incident)
    try:
        texts.write(incident, text)
        yield
    except BaseException:
        if earlier is None:
            path.unlink(missing_ok=True)
        elif texts.read(incident) != earlier:
            with contextlib.suppress(StoreError):  # the failure of the build counts
                texts.write(incident, earlier)
        raise
