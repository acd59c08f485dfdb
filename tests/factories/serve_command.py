"""`serve` with the tiny pages: arguments RELEASES KEYS PORT WORKERS [module:attribute of pages]."""

import sys
from pathlib import Path

from breachdesk.serving import ServeError, ServeRequest, run


def main() -> None:
    """Run as the command does, with the same line and exit status."""
    releases, keys, port, workers, *pages = sys.argv[1:]
    request = ServeRequest(Path(releases), Path(keys), port=int(port), workers=int(workers))
    target = pages[0] if pages else "tests.factories.tiny_pages:application"
    try:
        run(request, lambda line: print(line, flush=True), pages=target)  # noqa: T201 (the test reads it)
    except ServeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
