"""Why a request is not taken."""


class BoundedError(Exception):
    """Of this package."""


class NoRoomError(BoundedError):
    """The bodies in memory are as many bytes as there may be."""
