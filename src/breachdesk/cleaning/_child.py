"""`python -m breachdesk.cleaning._child TYPE`: a file on standard input, the cleaned one on
standard output, after a line of JSON. It has limits of memory and time, and opens no file."""

import json
import resource
import sys
from typing import Final

from breachdesk.cleaning._image import clean_image
from breachdesk.cleaning._pdf import clean_pdf
from breachdesk.cleaning.errors import FileRefusedError

_MEMORY_BYTES: Final = 2 * 1024**3
_CPU_SECONDS: Final = 30


def main() -> None:
    """One file."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    media_type, data = sys.argv[1], sys.stdin.buffer.read()
    out = sys.stdout.buffer
    try:
        told, body = (clean_pdf if media_type == "application/pdf" else clean_image)(data)
    except FileRefusedError as refused:
        told, body = {"refused": refused.reason}, b""
    except MemoryError:
        told, body = {"refused": "large"}, b""
    except Exception:  # noqa: BLE001 (whatever a parser meets in a stranger's file)
        told, body = {"refused": "damaged"}, b""
    out.write(json.dumps(told).encode() + b"\n" + body)
    out.flush()


if __name__ == "__main__":
    main()
