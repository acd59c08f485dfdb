"""The service document, and what must be there before serving."""

from pathlib import Path

import pytest

from breachdesk.channel import sample
from breachdesk.keys import KeysError, create
from breachdesk.serving import ServeError, ServeRequest
from breachdesk.serving._service import check_published, public_keys, service_document
from breachdesk.wire import ChannelAddress, ServiceDocument
from tests.factories.served import Made, make_service


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_service(tmp_path)


def test_the_document_says_public_keys_and_addresses(made: Made) -> None:
    request = ServeRequest(made.releases, made.keys, buckets_url="https://cdn.example.net")
    public = public_keys(made.keys)
    found = ServiceDocument.decode(service_document(request, public).encode())
    assert found.log == made.opened.public.log
    assert found.timestamps == (made.opened.public.timestamp,)
    assert found.buckets == "https://cdn.example.net"
    for kind in ("open", "code"):
        (one,) = found.evaluators[kind]
        assert one.url == "http://127.0.0.1:8001"
        assert one.public == made.opened.oprf(kind).public


def test_an_address_that_no_client_takes_is_refused(made: Made) -> None:
    request = ServeRequest(made.releases, made.keys, evaluator_url="check.example.org")
    with pytest.raises(ServeError, match="--evaluator-url"):
        service_document(request, public_keys(made.keys))


def test_public_values_need_no_key_file(made: Made) -> None:
    for file in made.keys.glob("*.key"):
        file.unlink()
    assert public_keys(made.keys).origin == made.opened.origin
    with pytest.raises(KeysError):
        public_keys(made.keys / "missing")


def test_nothing_published_is_said(made: Made, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    public = public_keys(made.keys)
    with pytest.raises(ServeError, match="breachdesk build"):
        check_published(ServeRequest(empty, made.keys), public)
    check_published(ServeRequest(made.releases, made.keys), public)


def test_keys_of_another_log_are_refused(made: Made, tmp_path: Path) -> None:
    other = create(tmp_path / "other", origin="other.example.org")
    with pytest.raises(ServeError, match="--keys"):
        check_published(ServeRequest(made.releases, tmp_path / "other"), other.public)


def test_the_document_names_the_channel_service(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "channel.toml"
    file.write_text(sample(tmp_path / "spool"), encoding="utf-8")
    url = "https://codes.example.org"
    request = ServeRequest(made.releases, made.keys, channel=file, channel_url=url + "/")
    found = ServiceDocument.decode(service_document(request, public_keys(made.keys)).encode())
    assert found.channel == ChannelAddress(url, ("phone", "email", "letter", "desk"))
    without = ServeRequest(made.releases, made.keys)
    document = service_document(without, public_keys(made.keys)).encode()
    assert ServiceDocument.decode(document).channel is None
