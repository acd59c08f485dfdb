"""What this package raises."""


class CheckError(Exception):
    """The question could not be checked; nothing about the answer follows from that.

    `code` is a name of PROTOCOL section 12, `detail` says where and holds no value, `retry_after`
    is in seconds where a limit said when to come back.
    """

    def __init__(self, code: str, detail: str, retry_after: int | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        #: The name of the evaluator at which it failed, set by who asked it.
        self.evaluator: str | None = None


class ReleaseMovedError(CheckError):
    """A file is not there (404): if the log has grown meanwhile, the check starts again once."""


class RefusedError(CheckError):
    """An error status; `problem` is the name of its problem type (section 10), if it has one."""

    def __init__(self, detail: str, problem: str | None) -> None:
        super().__init__("problem", detail)
        self.problem = problem


class QuestionError(Exception):
    """What was asked is not a question: told before anything is sent. It never holds a value.

    `field` is the field at fault, if it is one; `reason` is a reason of section 3, or a sentence.
    """

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason
