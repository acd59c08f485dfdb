"""What this package raises."""


class EntryError(Exception):
    """An entry or payload that PROTOCOL section 6 does not allow (error name `entry`)."""

    code = "entry"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
