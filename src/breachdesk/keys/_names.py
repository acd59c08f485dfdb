"""Names of keys, and what becomes of each when a key set is renewed or shared.

*Lasting* keys outlive an epoch: the log and its time stay the same log, release ids stay different
from all earlier ones, and a person keeps subject id, claim token and letter id. Keys *of the epoch*
are renewed by `rotate` and destroyed when the epoch ends.
"""

from typing import Final

from breachdesk.keys._public import OPRF_KINDS

OPRF_NAMES: Final = tuple(f"oprf-{kind}" for kind in OPRF_KINDS)
#: Kinds whose key is split between holders. The channel key stays with one (PROTOCOL 8.2).
SPLIT_KINDS: Final = ("open", "code")
SPLIT_NAMES: Final = tuple(f"oprf-{kind}" for kind in SPLIT_KINDS)

#: Keys that are 32 random bytes, for HMAC and HKDF.
PLAIN_KEYS: Final = ("release", "padding", "subject", "claim", "letter", "address", "token")
#: X25519 private keys: damage reports are sealed to the public half, and opened with this one.
SEALING_KEYS: Final = ("desk",)
#: Ed25519 seeds.
SIGNING_KEYS: Final = ("log", "timestamp", "builder")
#: Every key that a folder may hold, by the name that `only` takes; its file is `<name>.key`.
KEY_NAMES: Final = (*OPRF_NAMES, *SIGNING_KEYS, *PLAIN_KEYS, *SEALING_KEYS)
#: Keys that a folder of an earlier version does not have.
LATER_KEYS: Final = ("builder", *SEALING_KEYS)

EPOCH_KEYS: Final = (*OPRF_NAMES, "address", "token")
LASTING_KEYS: Final = tuple(name for name in KEY_NAMES if name not in EPOCH_KEYS)
#: What a holder of a share that is not the builder has: its shares, and its own challenges' key.
HOLDER_KEYS: Final = (*SPLIT_NAMES, "token")
