"""The files of releases with no key anywhere near (`breachdesk buckets`)."""

from pathlib import Path

import pytest

from breachdesk.check import SettingsError, create_buckets_app
from breachdesk.release import Store
from tests.factories.releases import Service, publish_release
from tests.factories.served import ELEMENT, OCTETS, call

BUCKET = "/v1/releases/000001/buckets/00000002"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path / "copy")
    publish_release(found, Service())
    return found


def test_it_serves_what_is_published_and_evaluates_nothing(store: Store) -> None:
    app = create_buckets_app(store.folder)
    for path in ("/v1/checkpoint", "/v1/releases/000001/leaves", BUCKET):
        found = call(app, "GET", path)
        assert found is not None
        assert (found.status, found.body) == (200, store.read(path.removeprefix("/v1/")))
        assert found.headers["access-control-allow-origin"] == "*"
    for kind in ("open", "code", "channel"):
        path = f"/v1/evaluate/{kind}/1"
        asked = call(app, "POST", path, headers=[OCTETS], body=[ELEMENT])
        assert asked is not None
        assert asked.status == 404
    health = call(app, "GET", "/healthz")
    assert health is not None
    assert health.status == 200


def test_an_empty_copy_is_not_well_and_origins_are_checked(tmp_path: Path) -> None:
    health = call(create_buckets_app(tmp_path), "GET", "/healthz")
    assert health is not None
    assert health.status == 503
    with pytest.raises(SettingsError):
        create_buckets_app(tmp_path, ("x",))


def test_nothing_of_a_mirrors_own_is_served(store: Store) -> None:
    (store.folder / ".mirror").mkdir()
    (store.folder / ".mirror/keys").write_text("x")
    found = call(create_buckets_app(store.folder), "GET", "/v1/.mirror/keys")
    assert found is not None
    assert found.status == 404
