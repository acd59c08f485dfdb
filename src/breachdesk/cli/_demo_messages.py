"""What the demo's channel service sends goes to a folder, and from there to the terminal."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LOOK_SECONDS: Final = 0.3


@contextmanager
def messages_shown(spool: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Tell each message of the spool folder as it comes. Nobody real is written to in a demo."""
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(spool, tell, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(spool: Path, tell: Callable[[str], None], stop: threading.Event) -> None:
    seen: set[Path] = set()
    while not stop.wait(_LOOK_SECONDS):
        for path in sorted(set(spool.glob("*.json")) - seen):
            seen.add(path)
            tell(_words(json.loads(path.read_bytes())))


def _words(message: dict[str, str]) -> str:
    """Address and text, as a phone or a mail program would show it."""
    text = "\n".join(f"    {line}" for line in message["text"].strip().splitlines())
    return f"To {message['to']}:\n{text}"
