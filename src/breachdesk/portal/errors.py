"""What can be wrong with what the public pages show."""


class PortalError(Exception):
    """The pages cannot say what leaked."""


class DeskEmptyError(PortalError):
    """The release folder has no incident file, so there is nothing to tell."""
