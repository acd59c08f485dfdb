"""RFC 9497, suite ristretto255-SHA512, on libsodium: blind, evaluate with proof, finalize.

PROTOCOL sections 2 and 5. The only package that touches libsodium. Everything that fails raises;
secrets have no repr. Many elements are multiplied on a kernel of our own where there is one, with
the same results (docs/adr/0006-batch-kernel.md).
"""

from breachdesk.voprf._batch import (
    engine_name,
    evaluate_batch,
    evaluate_elements,
    evaluate_known,
)
from breachdesk.voprf._blinded import MOST_BATCH, BatchEvaluation, BatchEvaluator, BlindedBatch
from breachdesk.voprf._client import Blinding, blind, finalize, finalize_shares
from breachdesk.voprf._dleq import PROOF_BYTES
from breachdesk.voprf._evaluator import Evaluation, Evaluator
from breachdesk.voprf._group import ELEMENT_BYTES, SCALAR_BYTES
from breachdesk.voprf._keys import (
    POSSESSION_BYTES,
    KeyPair,
    combine_public,
    derive_key_pair,
    generate_key_pair,
    prove_possession,
    public_key,
    split_secret,
    verify_possession,
)
from breachdesk.voprf._suite import OUTPUT_BYTES, Mode
from breachdesk.voprf.errors import (
    ElementError,
    EngineError,
    InputError,
    ProofError,
    ScalarError,
    VoprfError,
)

__all__ = [
    "ELEMENT_BYTES",
    "MOST_BATCH",
    "OUTPUT_BYTES",
    "POSSESSION_BYTES",
    "PROOF_BYTES",
    "SCALAR_BYTES",
    "BatchEvaluation",
    "BatchEvaluator",
    "BlindedBatch",
    "Blinding",
    "ElementError",
    "EngineError",
    "Evaluation",
    "Evaluator",
    "InputError",
    "KeyPair",
    "Mode",
    "ProofError",
    "ScalarError",
    "VoprfError",
    "blind",
    "combine_public",
    "derive_key_pair",
    "engine_name",
    "evaluate_batch",
    "evaluate_elements",
    "evaluate_known",
    "finalize",
    "finalize_shares",
    "generate_key_pair",
    "prove_possession",
    "public_key",
    "split_secret",
    "verify_possession",
]
