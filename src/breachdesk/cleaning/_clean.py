"""The parent's side: bounds, type by content, a child that rebuilds the file, its answer."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, Final

import puremagic

from breachdesk.cleaning.errors import REASONS, FileRefusedError

#: What is taken, by what its content says. Telephones turn their HEIC photos into JPEG for a form
#: that asks for JPEG.
MEDIA_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf")
MOST_BYTES: Final = 10 * 1024 * 1024
_CHILD_SECONDS: Final = 40
_HEAD_BYTES: Final = 2048


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The file anew. Pixels of an image, pages of a PDF, 0 otherwise."""

    media_type: str
    data: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    pages: int = 0


def clean(data: bytes) -> Cleaned:
    """The same image or document with no metadata, no script and nothing embedded.

    Raises `FileRefusedError`.
    """
    if not data:
        raise FileRefusedError("empty")
    if len(data) > MOST_BYTES:
        raise FileRefusedError("large")
    return _in_child(_media_type(data), data)


def _media_type(data: bytes) -> str:
    """One of MEDIA_TYPES by the first bytes. Names and what a browser says count for nothing."""
    try:
        found = puremagic.magic_string(data[:_HEAD_BYTES])
    except (puremagic.PureError, ValueError):
        found = []
    for one in found:
        if one.mime_type in MEDIA_TYPES:
            return str(one.mime_type)
    raise FileRefusedError("type")


def _in_child(media_type: str, data: bytes) -> Cleaned:
    command = [sys.executable, "-I", "-m", "breachdesk.cleaning._child", media_type]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=_CHILD_SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise FileRefusedError("large") from None
    head, _, body = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        raise FileRefusedError("damaged")
    told: dict[str, Any] = json.loads(head)
    if (reason := told.pop("refused", None)) is not None:
        raise FileRefusedError(reason if reason in REASONS else "damaged")
    return Cleaned(data=body, **told)
