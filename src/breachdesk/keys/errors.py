"""What can be wrong with a key folder. Messages name files and reasons, never a key."""


class KeysError(Exception):
    """Base of this package's errors."""


class KeyMissing(KeysError):  # noqa: N818 (named for what is wrong)
    """A file of the folder, or the folder itself (`file` is then "."), is not there."""

    def __init__(self, file: str) -> None:
        """`file` is the name inside the folder."""
        self.file = file
        what = "the key folder" if file == "." else file
        super().__init__(
            f"{what} is not there: name the folder that holds it, restore it from your backup, "
            "or make new keys with `breachdesk keys new`"
        )


class KeyPermissions(KeysError):  # noqa: N818 (named for what is wrong)
    """A file of the folder, or the folder itself, is open to the group or to everybody."""

    def __init__(self, file: str, mode: int) -> None:
        """`mode` holds the permission bits that were found."""
        self.file = file
        self.mode = mode
        what, wanted = ("the key folder", "700") if file == "." else (file, "600")
        super().__init__(
            f"{what} is open to other users (mode {mode:04o}): run chmod {wanted} on it, and "
            "make new keys if somebody may have read these"
        )


class KeyFolderExists(KeysError):  # noqa: N818 (named for what is wrong)
    """Something stands where new keys were to go; keys are never overwritten."""

    def __init__(self) -> None:
        """Nothing was changed."""
        super().__init__(
            "the folder exists already, and keys are never overwritten: name a folder that does "
            "not exist"
        )


class KeyUnreadable(KeysError):  # noqa: N818 (named for what is wrong)
    """The system does not let this user read a file of the folder, or the folder itself."""

    def __init__(self, file: str) -> None:
        """`file` is the name inside the folder."""
        self.file = file
        what = "the key folder" if file == "." else file
        super().__init__(f"{what} cannot be read: run this as the user that owns it")


class KeyFormat(KeysError):  # noqa: N818 (named for what is wrong)
    """A file does not hold what it must; `reason` never quotes it."""

    def __init__(
        self, file: str, reason: str, *, fix: str = "restore this file from your backup"
    ) -> None:
        """`file` is the name inside the folder; `fix` says what to do."""
        self.file = file
        self.reason = reason
        super().__init__(f"{file}: {reason}: {fix}")


class KeyNotOpened(KeysError):  # noqa: N818 (named for what is wrong)
    """The folder was opened without this key (`only`)."""

    def __init__(self, key: str) -> None:
        """`key` is one of KEY_NAMES."""
        self.key = key
        super().__init__(f"the key {key} was not opened by this process")


class InvalidParameter(KeysError):  # noqa: N818 (named for what is wrong)
    """An origin, a name or an epoch that keys cannot be made for."""

    def __init__(self, name: str, reason: str) -> None:
        """`name` is "origin", "epoch" or, of a witness, "name"."""
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")


class KeyLocked(KeysError):  # noqa: N818 (named for what is wrong)
    """The folder is sealed, and what would open it is missing or does not."""

    def __init__(self, reason: str, fix: str) -> None:
        """`reason` and `fix` hold nothing secret."""
        self.reason = reason
        self.fix = fix
        super().__init__(f"the key folder is sealed and was not opened: {reason}: {fix}")


class KeyDestroyed(KeysError):  # noqa: N818 (named for what happened)
    """The key was destroyed on purpose."""

    def __init__(self, key: str) -> None:
        """`key` is one of KEY_NAMES."""
        self.key = key
        super().__init__(
            f"the key {key} of this folder was destroyed: name the folder that holds its share, or "
            "that of the epoch in force"
        )


class KeyNotHeld(KeysError):  # noqa: N818 (named for what is wrong)
    """A key that this folder never had: it belongs to another holder."""

    def __init__(self, key: str) -> None:
        """`key` is one of KEY_NAMES."""
        self.key = key
        super().__init__(
            f"this folder does not hold the key {key}: name the folder of the builder, which does"
        )


class SplitError(KeysError):
    """The evaluator keys are not split in the way that was asked for."""


class KeyBusy(KeysError):  # noqa: N818 (named for what is wrong)
    """Another command changes the folder."""

    def __init__(self) -> None:
        """Nothing was changed."""
        super().__init__("another command changes this key folder: wait until it has ended")


class WrapError(KeysError):
    """A file that was not sealed to this folder's key, or was changed since."""

    def __init__(self) -> None:
        """The same words for both: they cannot be told apart."""
        super().__init__(
            "this file was not sealed to the key of this folder, or was changed: name the key "
            "folder that the build used, or restore the file from your backup"
        )


class RejectsKeyMissing(KeysError):  # noqa: N818 (named for what is wrong)
    """The folder is older than the key that rejected rows are sealed to."""

    def __init__(self) -> None:
        """Nothing was changed."""
        super().__init__(
            "this key folder has no key to seal rejected rows to: make it with "
            "`breachdesk keys rejects DIR`, and copy the folder to its off-line place again"
        )


class KeyAuditError(KeysError):
    """The event could not be written to the folder's audit log, so nothing was done."""

    def __init__(self, reason: str) -> None:
        """`reason` is the audit log's own message."""
        super().__init__(f"nothing was changed, because it could not be told: {reason}")
