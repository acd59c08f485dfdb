"""What this package raises."""


class PictureError(Exception):
    """A picture cannot be drawn. The message says why, and what to do."""
