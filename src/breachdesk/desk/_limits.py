"""Bodies of the desk's forms."""

from typing import Final

#: A form with files: as many as the page asks for at once, and its texts.
BODY_BYTES: Final = 32 * 1024 * 1024
#: A telephone on a slow line sends photos for minutes.
BODY_SECONDS: Final = 180.0
THREADS: Final = 8
