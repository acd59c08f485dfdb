"""Bodies of the desk's forms."""

from typing import Final

#: A form with files: as many as the page asks for at once, and its texts.
BODY_BYTES: Final = 32 * 1024 * 1024
#: A telephone on a slow line sends photos for minutes.
BODY_SECONDS: Final = 180.0
#: Bodies of all who send at once, beyond the words of each: eight with as many photos as there may
#: be. The ninth is asked to wait; words alone always find room.
HELD_BYTES: Final = 8 * BODY_BYTES
THREADS: Final = 8
