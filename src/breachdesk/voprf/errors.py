"""What can go wrong in RFC 9497. No message ever holds a value, only which one is wrong and why."""


class VoprfError(Exception):
    """Base of this package's errors."""

    #: The place of the evaluation at fault, where it is one of several.
    share: int | None = None


class ElementError(VoprfError):
    """A group element is badly encoded, the identity, or a share key that stands twice."""


class ScalarError(VoprfError):
    """A scalar is zero, not reduced, or not 32 bytes."""


class InputError(VoprfError):
    """An input cannot be evaluated: longer than 65535 bytes, or it hashes to the identity."""


class ProofError(VoprfError):
    """A proof does not hold for this key and these elements."""


class EngineError(VoprfError):
    """The engine that was asked for by name cannot run here."""
