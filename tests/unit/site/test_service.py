"""The pages' view of the service document, and settings that refuse a wrong one."""

import json
import os
import subprocess
import sys

import pytest

from breachdesk.site._service import parse_service
from breachdesk.site.errors import ServiceDocumentError
from tests.factories.pages import BUCKETS, EVALUATOR, service_document


def test_origins_are_those_of_buckets_and_evaluators_once_each() -> None:
    service = parse_service(service_document())
    assert service.text == service_document()
    assert service.origins == (BUCKETS, EVALUATOR)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "breachdesk/service/v2"),
        ("buckets", "javascript:alert(1)"),
        ("buckets", "https://a.example;script-src *"),
        ("buckets", "https://*.example"),
        ("timestamps", "none"),
    ],
)
def test_a_wrong_document_is_refused(key: str, value: object) -> None:
    document = json.loads(service_document())
    document[key] = value
    with pytest.raises(ServiceDocumentError):
        parse_service(json.dumps(document))


@pytest.mark.parametrize("missing", ["BREACHDESK_SERVICE", "BREACHDESK_RELEASES"])
def test_the_process_does_not_start_without_its_variables(missing: str) -> None:
    given = {
        "BREACHDESK_SERVICE": service_document(),
        "BREACHDESK_RELEASES": "releases",
        "BREACHDESK_CHECK_HEALTH": "http://127.0.0.1:9/healthz",
    }
    environment = {**os.environ, **given}
    del environment[missing]
    result = subprocess.run(
        [sys.executable, "-c", "import breachdesk.site.settings"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert f"{missing} is not set" in result.stderr
