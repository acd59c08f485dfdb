"""Who runs a command, for the audit log: the system's word, not the person's."""

import os
import pwd


def actor() -> str:
    """The user's name; with sudo, who called it too."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"uid-{os.getuid()}"
    caller = os.environ.get("SUDO_USER", "")
    return f"{caller[:64]} as {name}" if caller.isprintable() and caller else name
