"""Releases: buckets, their tree, the manifest, the log and the folder that holds it all."""

from breachdesk.release._bucket import (
    bucket_header,
    bucket_length,
    capacity_for,
    check_bucket,
    choose_count,
    encode_bucket,
    leaf_hash,
    padding_key,
)
from breachdesk.release._bucket_shape import CAPACITY_STEP, MAX_COUNT, MAX_ENTRIES
from breachdesk.release._catalogue import CHANNEL_TYPES, FIELD_TYPES, ITEM_BITS, item_mask
from breachdesk.release._checkpoint import (
    FUTURE_SECONDS,
    OLDEST_SECONDS,
    Checkpoint,
    SignedCheckpoint,
    check_freshness,
    cosign,
    cosignature,
    open_history_note,
    open_note,
    parse_checkpoint,
    sign_checkpoint,
)
from breachdesk.release._consistency import (
    EMPTY_ROOT,
    check_consistency,
    consistency_proof,
)
from breachdesk.release._copy import Copy
from breachdesk.release._cosignatures import (
    MOST_WITNESSES,
    answered_cosignature,
    cosigned_at,
    is_own_key,
    merge_cosignature,
    without_cosignatures,
)
from breachdesk.release._decode import MANIFEST_FORMAT, TOMBSTONE_FORMAT, decode_entry
from breachdesk.release._disk import file_lock, replace_durable, write_durable
from breachdesk.release._drop import drop_buckets, drop_older_buckets
from breachdesk.release._encode import encode_manifest, encode_tombstone
from breachdesk.release._id import release_id
from breachdesk.release._incident_texts import IncidentTexts
from breachdesk.release._log import (
    Followed,
    check_history,
    follow,
    in_force,
    read_entry,
    read_leaves,
)
from breachdesk.release._manifest import (
    Buckets,
    Change,
    IncidentCounts,
    KeyList,
    Lookup,
    LookupCounts,
    Manifest,
    Records,
    Share,
    SourceRows,
    Tombstone,
)
from breachdesk.release._note import Note, Signature, parse_note
from breachdesk.release._published import Published, published
from breachdesk.release._report import Finding, Report
from breachdesk.release._stage import Stage
from breachdesk.release._store import Current, Store
from breachdesk.release._tree import BucketTree, entry_hash, log_root, root_of_path
from breachdesk.release._verify import verify_store
from breachdesk.release._vkey import LOG_TYPE, TIMESTAMP_TYPE, Signer, VKey
from breachdesk.release.errors import ReleaseError, StoreError

__all__ = [
    "CAPACITY_STEP",
    "CHANNEL_TYPES",
    "EMPTY_ROOT",
    "FIELD_TYPES",
    "FUTURE_SECONDS",
    "ITEM_BITS",
    "LOG_TYPE",
    "MANIFEST_FORMAT",
    "MAX_COUNT",
    "MAX_ENTRIES",
    "MOST_WITNESSES",
    "OLDEST_SECONDS",
    "TIMESTAMP_TYPE",
    "TOMBSTONE_FORMAT",
    "BucketTree",
    "Buckets",
    "Change",
    "Checkpoint",
    "Copy",
    "Current",
    "Finding",
    "Followed",
    "IncidentCounts",
    "IncidentTexts",
    "KeyList",
    "Lookup",
    "LookupCounts",
    "Manifest",
    "Note",
    "Published",
    "Records",
    "ReleaseError",
    "Report",
    "Share",
    "Signature",
    "SignedCheckpoint",
    "Signer",
    "SourceRows",
    "Stage",
    "Store",
    "StoreError",
    "Tombstone",
    "VKey",
    "answered_cosignature",
    "bucket_header",
    "bucket_length",
    "capacity_for",
    "check_bucket",
    "check_consistency",
    "check_freshness",
    "check_history",
    "choose_count",
    "consistency_proof",
    "cosign",
    "cosignature",
    "cosigned_at",
    "decode_entry",
    "drop_buckets",
    "drop_older_buckets",
    "encode_bucket",
    "encode_manifest",
    "encode_tombstone",
    "entry_hash",
    "file_lock",
    "follow",
    "in_force",
    "is_own_key",
    "item_mask",
    "leaf_hash",
    "log_root",
    "merge_cosignature",
    "open_history_note",
    "open_note",
    "padding_key",
    "parse_checkpoint",
    "parse_note",
    "published",
    "read_entry",
    "read_leaves",
    "release_id",
    "replace_durable",
    "root_of_path",
    "sign_checkpoint",
    "verify_store",
    "without_cosignatures",
    "write_durable",
]
