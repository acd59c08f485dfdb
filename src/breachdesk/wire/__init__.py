"""Messages on the wire: strict JSON, problem types, the service document, names and limits."""

from breachdesk.wire._add_checkpoint import (
    ADD_CHECKPOINT_LIMIT,
    ADD_CHECKPOINT_PATH,
    SIZE_CONTENT_TYPE,
    AddCheckpoint,
)
from breachdesk.wire._json import dumps, loads
from breachdesk.wire._limits import (
    CHECKPOINT_LIMIT,
    ELEMENT_BYTES,
    EVALUATION_BYTES,
    LEAVES_LIMIT,
    LOG_SIZE_LIMIT,
    MANIFEST_LIMIT,
    REQUEST_BODY_LIMIT,
    SERVICE_LIMIT,
    SIGNATURES_LIMIT,
    WAIT_SECONDS,
)
from breachdesk.wire._paths import (
    CHECKPOINT_PATH,
    HTTP_PREFIX,
    SERVICE_PATH,
    bucket_path,
    entry_path,
    evaluate_path,
    leaves_path,
    release_checkpoint_path,
    release_path,
)
from breachdesk.wire._problems import PROBLEM_CONTENT_TYPE, PROBLEMS, ProblemType, problem_body
from breachdesk.wire._service import KINDS, SERVICE_FORMAT, EvaluatorAddress, ServiceDocument
from breachdesk.wire._strict import Strict
from breachdesk.wire.errors import WireError

__all__ = [
    "ADD_CHECKPOINT_LIMIT",
    "ADD_CHECKPOINT_PATH",
    "CHECKPOINT_LIMIT",
    "CHECKPOINT_PATH",
    "ELEMENT_BYTES",
    "EVALUATION_BYTES",
    "HTTP_PREFIX",
    "KINDS",
    "LEAVES_LIMIT",
    "LOG_SIZE_LIMIT",
    "MANIFEST_LIMIT",
    "PROBLEMS",
    "PROBLEM_CONTENT_TYPE",
    "REQUEST_BODY_LIMIT",
    "SERVICE_FORMAT",
    "SERVICE_LIMIT",
    "SERVICE_PATH",
    "SIGNATURES_LIMIT",
    "SIZE_CONTENT_TYPE",
    "WAIT_SECONDS",
    "AddCheckpoint",
    "EvaluatorAddress",
    "ProblemType",
    "ServiceDocument",
    "Strict",
    "WireError",
    "bucket_path",
    "dumps",
    "entry_path",
    "evaluate_path",
    "leaves_path",
    "loads",
    "problem_body",
    "release_checkpoint_path",
    "release_path",
]
