"""Names of files and addresses (PROTOCOL sections 8.4 and 10), relative to a folder or `/v1/`."""

HTTP_PREFIX = "/v1/"
CHECKPOINT_PATH = "checkpoint"
SERVICE_PATH = "service"
HOLDER_PATH = "keys"
CHANNEL_ASK_PATH = "channel/ask"
CHANNEL_TOKEN_PATH = "channel/token"  # noqa: S105 (a path)
CHANNEL_LETTER_PATH = "channel/letter"
CHANNEL_DESK_PATH = "channel/desk"

TOKEN_HEADER = "Breachdesk-Token"  # noqa: S105 (a header)
"""Carries a solved challenge (PROTOCOL section 10.1)."""


def release_path(number: int) -> str:
    """The folder of log entry `number`, from 1."""
    return f"releases/{number:06d}"


def entry_path(number: int) -> str:
    return f"{release_path(number)}/entry.json"


def leaves_path(number: int) -> str:
    return f"{release_path(number)}/leaves"


def release_checkpoint_path(number: int) -> str:
    return f"{release_path(number)}/checkpoint"


def bucket_path(number: int, index: int) -> str:
    return f"{release_path(number)}/buckets/{index:08x}"


def evaluate_path(kind: str, epoch: int) -> str:
    return f"evaluate/{kind}/{epoch}"


def batch_path(kind: str, epoch: int) -> str:
    """Where a builder asks for batches (PROTOCOL section 10.3)."""
    return f"evaluate-batch/{kind}/{epoch}"


def challenge_path(kind: str, epoch: int) -> str:
    """`kind` is `channel` at the channel service."""
    return f"challenge/{kind}/{epoch}"
