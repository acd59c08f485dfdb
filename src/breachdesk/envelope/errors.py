"""What can be wrong with a sealed case. No message quotes what was sealed or typed."""


class EnvelopeError(Exception):
    """Of this package."""


class OpenError(EnvelopeError):
    """Something does not open under this key, or not as what it is taken for."""


class ReceiptError(EnvelopeError):
    """What was given is no receipt number."""
