"""`serve` with the tiny pages: arguments RELEASES KEYS PORT LIMITS [module:attribute of pages].

With LIMITS, the URL of a Redis, there are two processes of the check service.
"""

import sys
from pathlib import Path

from breachdesk.serving import ServeError, ServeRequest, run


def main() -> None:
    """Run as the command does, with the same line and exit status."""
    releases, keys, port, limits, *pages = sys.argv[1:]
    request = ServeRequest(
        Path(releases),
        Path(keys),
        port=int(port),
        workers=2 if limits else 1,
        limits=limits or None,
        token_effort=16,
    )
    target = pages[0] if pages else "tests.factories.tiny_pages:application"
    try:
        run(request, lambda line: print(line, flush=True), pages=target)  # noqa: T201 (the test reads it)
    except ServeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
