"""What this package raises."""


class WireError(Exception):
    """Bytes that PROTOCOL.md does not allow.

    `code` is a name of PROTOCOL section 12. `detail` says where and what, and never holds a value.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
