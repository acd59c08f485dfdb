"""The desk as an ASGI application: a bounded body first, then Django in a thread."""

from breachdesk.bounded import Answer, BoundedDjango, Bounds
from breachdesk.desk._limits import BODY_BYTES, BODY_SECONDS, HELD_BYTES, THREADS


class DeskApp(BoundedDjango):
    """The ASGI callable of one process."""

    def __init__(self) -> None:
        """Django must be set up."""
        super().__init__(
            "desk",
            Bounds(BODY_BYTES, BODY_SECONDS, THREADS, HELD_BYTES),
            late=lambda: _said(408, _LATE),
            failed=lambda: _said(500, _FAILED),
            too_long=lambda: _said(413, _TOO_LONG),
            full=lambda: _said(503, _FULL, (b"retry-after", b"30")),
        )


_LATE = (
    "보내신 내용이 다 오지 않았습니다. 뒤로 가서 다시 보내 주십시오.\n"
    "Not all of it arrived. Go back and send it again.\n"
)
_FAILED = (
    "저희 쪽 고장입니다. 뒤로 가서 다시 보내 주십시오.\n"
    "The fault is ours. Go back and send it again.\n"
)
_TOO_LONG = (
    "파일이 너무 큽니다. 뒤로 가서 파일을 나누어 보내 주십시오.\n"
    "The files are too large. Go back and send fewer at once.\n"
)
_FULL = (
    "지금 파일을 보내는 사람이 많습니다. 뒤로 가서 파일 없이 보내시거나 30초 뒤에 다시 보내 "
    "주십시오.\n"
    "Many people are sending files right now. Go back and send it without files, or again in 30 "
    "seconds.\n"
)


def _said(status: int, text: str, *more: tuple[bytes, bytes]) -> Answer:
    """An answer of this layer's own, in both languages: no form is known yet."""
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        *more,
    ]
    return (status, headers), text.encode()
