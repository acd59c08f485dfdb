"""What this package raises."""


class HostError(Exception):
    """A bucket host did not give a file. Nothing about the log follows from that.

    `detail` says why, in words without any address.
    """

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.detail = detail


class MissingFile(HostError):  # noqa: N818 (named for what is wrong)
    """The host says that there is no such file (404)."""


class HostAddressError(Exception):
    """The address is not a base URL of section 10."""
