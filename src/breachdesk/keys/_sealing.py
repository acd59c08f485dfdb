"""The key pair that damage reports are sealed to (X25519, RFC 7748)."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


def sealing_public(secret: bytes) -> bytes:
    """The 32 public bytes of a 32-byte private key."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
