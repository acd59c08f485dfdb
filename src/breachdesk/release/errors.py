"""What this package raises."""


class ReleaseError(Exception):
    """Published bytes that a client must refuse.

    `code` is a name of PROTOCOL section 12, or `consistency` of 9.5; `detail` says where and what,
    and holds no value.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class StoreError(Exception):
    """A release folder that cannot be read or written as asked. Nothing was published.

    `kind` is one of `locked`, `exists`, `not-a-release-folder`, `missing`, `damaged`, `other-log`,
    `not-next`, `incomplete`, `disk`; `fix` says what to do.
    """

    def __init__(self, kind: str, message: str, fix: str) -> None:
        super().__init__(f"{message}: {fix}")
        self.kind = kind
        self.message = message
        self.fix = fix
