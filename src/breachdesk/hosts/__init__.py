"""Other people's bucket hosts: reading a log from one, and copying it to a folder."""

from breachdesk.hosts._host import BucketHost
from breachdesk.hosts._mirror import MirrorReport, mirror
from breachdesk.hosts.errors import HostAddressError, HostError, MissingFile

__all__ = [
    "BucketHost",
    "HostAddressError",
    "HostError",
    "MirrorReport",
    "MissingFile",
    "mirror",
]
