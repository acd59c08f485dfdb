"""Time that stands still until a test moves it."""


class Clock:
    """Called like `time.time`. It starts at the beginning of a minute."""

    def __init__(self, now: float = 1_790_000_040.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
