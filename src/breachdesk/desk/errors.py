"""What the desk refuses. No message quotes what a person typed."""


class DeskError(Exception):
    """Of this package."""


class NotAllowedError(DeskError):
    """This actor may not do this."""


class UnknownReceiptError(DeskError):
    """No case has this receipt, or its case has been shredded."""


class FormUsedError(DeskError):
    """This form has been received already, with other content: begin a new one."""


class CaseEndedError(DeskError):
    """The case takes nothing more."""


class WrongCallCodeError(DeskError):
    """No such code of a call is in force."""


class DataFolderError(DeskError):
    """The data folder of the desk cannot be used; the message says what to do."""


class SetUpError(DeskError):
    """The desk cannot start as it is set up; the message says what to do."""


class PurgeError(DeskError):
    """What should be gone is still there; the message says what to do."""
