"""Making files of strangers harmless: type by content, metadata stripped, written anew, scanned.

Parsers run in a process of their own with limits of time and memory. Nothing touches a disk.
"""

from breachdesk.cleaning._clean import MEDIA_TYPES, MOST_BYTES, Cleaned, clean
from breachdesk.cleaning._scan import Scanner
from breachdesk.cleaning.errors import REASONS, CleaningError, FileRefusedError

__all__ = [
    "MEDIA_TYPES",
    "MOST_BYTES",
    "REASONS",
    "Cleaned",
    "CleaningError",
    "FileRefusedError",
    "Scanner",
    "clean",
]
