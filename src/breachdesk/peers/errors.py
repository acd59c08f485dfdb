"""What this package raises."""


class PeerError(Exception):
    """Another holder does not answer, or not as it must. The message names its address."""

    def __init__(self, url: str, reason: str, fix: str) -> None:
        super().__init__(f"the evaluator at {url} {reason}: {fix}")
        self.url = url
        self.reason = reason
        self.fix = fix

    def __reduce__(self) -> tuple[type["PeerError"], tuple[str, str, str]]:
        """Come back whole from a worker process."""
        return type(self), (self.url, self.reason, self.fix)


class PeerAwayError(PeerError):
    """Another holder cannot be reached at all."""
