"""Made leaks of a real one's shape, in which nobody is real, and people to ask about them."""

from breachdesk.synth._profile import PROFILES
from breachdesk.synth._write import ENCODINGS, Leak, Written, write_answers, write_leak
from breachdesk.synth.errors import SynthError

__all__ = [
    "ENCODINGS",
    "PROFILES",
    "Leak",
    "SynthError",
    "Written",
    "write_answers",
    "write_leak",
]
