"""Fixed keys and a small published release."""

from pathlib import Path

import pytest

from breachdesk.release import Store
from tests.factories.releases import Service, publish_release


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def store(tmp_path: Path, service: Service) -> Store:
    """Release 1 of four buckets, published at second 1,000,000."""
    store = Store(tmp_path / "releases")
    publish_release(store, service)
    return store
