"""How many bytes of bodies a process holds at once, of all its requests together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from breachdesk.bounded.errors import NoRoomError

#: Of each body so much is not counted: words always find room, however many send photos.
FREE_BYTES: Final = 64 * 1024


class Room:
    """Room for `most` bytes beyond what is free; None: no bound. For one event loop."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._held = 0

    @contextmanager
    def hold(self) -> Iterator["Hold"]:
        """What one request holds, for as long as it lasts."""
        hold = Hold(self)
        try:
            yield hold
        finally:
            self._held -= hold.counted

    def take(self, size: int) -> None:
        """Raises `NoRoomError`, and takes nothing then."""
        if self._most is not None and self._held + size > self._most:
            raise NoRoomError("the bodies in memory are as large as they may be")
        self._held += size


class Hold:
    """One request's part. `counted` are its bytes beyond what is free."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._size = 0
        self.counted = 0

    def grow(self, size: int) -> None:
        """So many bytes more have come. Raises `NoRoomError`."""
        more = max(0, self._size + size - FREE_BYTES) - self.counted
        self._room.take(more)
        self._size += size
        self.counted += more
