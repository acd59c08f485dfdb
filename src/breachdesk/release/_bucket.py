"""Bucket files (PROTOCOL section 7)."""

import hashlib
import hmac
import struct
from collections.abc import Collection, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

from breachdesk.release._bucket_shape import CAPACITY_STEP, MAX_COUNT, MAX_ENTRIES
from breachdesk.release._manifest import Manifest
from breachdesk.release._tree import HASH_BYTES, LEAF_PREFIX, root_of_path
from breachdesk.release.errors import ReleaseError

ENTRY_BYTES = 64
HEADER_BYTES = 64

_MAGIC = b"BDBUCKET"
_HEADER = struct.Struct(">8s32sIII12x")
_PADDING_LABEL = b"breachdesk/padding/v1"


def choose_count(histogram: Sequence[int]) -> int:
    """B: the smallest power of two at which no bucket holds more than MAX_ENTRIES.

    `histogram` has the number of entries for each value of the top k bits of an output, 2^k of
    them, k at most 24. ValueError for another length, or if it is not fine enough: some prefix of
    k bits holds too many.
    """
    count = len(histogram)
    if not 1 <= count <= MAX_COUNT or count & (count - 1):
        raise ValueError("a histogram has 2^k counts, k at most 24")
    if max(histogram) > MAX_ENTRIES:
        raise ValueError("a bucket holds too many entries even at this number of buckets")
    level: Sequence[int] = histogram
    while len(level) > 1:
        level = [a + b for a, b in zip(level[::2], level[1::2], strict=True)]
        if max(level) > MAX_ENTRIES:
            break
        count = len(level)
    return count


def capacity_for(fullest: int) -> int:
    """The capacity of all buckets: the fullest one's entries, up to a multiple of 16."""
    return max(CAPACITY_STEP, -(-fullest // CAPACITY_STEP) * CAPACITY_STEP)


def padding_key(key: bytes, release_id: bytes) -> bytes:
    """The key of this release's padding, from the padding key of the key folder."""
    return hmac.digest(key, _PADDING_LABEL + release_id, "sha256")


def bucket_header(release_id: bytes, index: int, count: int, capacity: int) -> bytes:
    return _HEADER.pack(_MAGIC, release_id, index, count, capacity)


def encode_bucket(
    release_id: bytes,
    index: int,
    count: int,
    capacity: int,
    entries: Collection[bytes],
    padding: bytes,
) -> bytes:
    """Header and sorted body; the path follows once the tree is known.

    `entries` are 64 bytes each; `padding` is padding_key(...). ValueError if they do not fit.
    """
    missing = capacity - len(entries)
    if missing < 0 or any(len(entry) != ENTRY_BYTES for entry in entries):
        raise ValueError("entries are 64 bytes each and at most the capacity")
    stream = _padding(padding, index, missing)
    rows = [*entries, *(stream[i : i + 64] for i in range(0, len(stream), 64))]
    rows.sort()
    return b"".join((bucket_header(release_id, index, count, capacity), *rows))


def leaf_hash(header_and_body: bytes) -> bytes:
    return hashlib.sha256(LEAF_PREFIX + header_and_body).digest()


def bucket_length(count: int, capacity: int) -> int:
    """Bytes of a bucket file, path included."""
    return HEADER_BYTES + ENTRY_BYTES * capacity + HASH_BYTES * (count.bit_length() - 1)


def check_bucket(data: bytes, manifest: Manifest, index: int) -> bytes:
    """The body of bucket `index` of the release, after the checks of section 7.4.

    Raises ReleaseError: bucket-length, bucket-header or bucket-path.
    """
    shape = manifest.buckets
    if len(data) != bucket_length(shape.count, shape.capacity):
        raise ReleaseError("bucket-length", "the file has another length")
    header = bucket_header(manifest.release_id, index, shape.count, shape.capacity)
    if data[:HEADER_BYTES] != header:
        raise ReleaseError("bucket-header", "the file says it is another bucket")
    end = HEADER_BYTES + ENTRY_BYTES * shape.capacity
    if root_of_path(leaf_hash(data[:end]), index, data[end:], shape.count) != shape.root:
        raise ReleaseError("bucket-path", "the file is not in the release")
    return data[HEADER_BYTES:end]


def _padding(key: bytes, index: int, entries: int) -> bytes:
    """ChaCha20 key stream from block counter 0: cryptography's nonce is counter || nonce."""
    nonce = bytes(4) + bytes(8) + index.to_bytes(4, "big")
    stream = Cipher(ChaCha20(key, nonce), mode=None).encryptor()
    return stream.update(bytes(ENTRY_BYTES * entries))
