"""Custody in a token: an AES key that never leaves it encrypts the folder key (PKCS#11 v2.40).

AES-GCM with a nonce of ours: the token must have CKM_AES_GCM. Sealed are

    nonce 12 || ciphertext || tag 16

with the associated data below.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import NoSuchKey, NoSuchToken, PinIncorrect, PinLocked, PKCS11Error

from breachdesk.keys._document import TokenPlace
from breachdesk.keys.errors import KeyLocked

_NONCE_BYTES: Final = 12
_TAG_BITS: Final = 128
_LABEL: Final = b"breachdesk/folder-key/v1"
_KEY_BITS: Final = 256


class TokenCustody:
    """A key in a token. Each call opens a session of its own and ends it."""

    name = "pkcs11"

    def __init__(self, place: TokenPlace, pin: str) -> None:
        self._place = place
        self._pin = pin

    @property
    def token(self) -> TokenPlace:
        """Where the key is."""
        return self._place

    def prepare(self) -> None:
        """Make the key in the token unless it is there: AES-256, sensitive, not extractable."""
        with self._session(write=True) as session:
            try:
                self._key(session)
            except NoSuchKey:
                session.generate_key(
                    KeyType.AES,
                    _KEY_BITS,
                    label=self._place.key,
                    store=True,
                    template={
                        Attribute.PRIVATE: True,
                        Attribute.SENSITIVE: True,
                        Attribute.EXTRACTABLE: False,
                    },
                )

    def wrap(self, secret: bytes) -> bytes:
        """Encrypted in the token."""
        nonce = os.urandom(_NONCE_BYTES)
        with self._session() as session:
            sealed = self._key(session).encrypt(
                secret, mechanism=Mechanism.AES_GCM, mechanism_param=_parameters(nonce)
            )
        return nonce + bytes(sealed)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Decrypted in the token. `KeyLocked` for another key, or a damaged file."""
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        with self._session() as session:
            key = self._key(session)
            try:
                opened = key.decrypt(
                    sealed, mechanism=Mechanism.AES_GCM, mechanism_param=_parameters(nonce)
                )
            except PKCS11Error:
                raise KeyLocked(
                    "the token's key does not open it", "use the token that it was sealed with"
                ) from None
            return bytes(opened)

    def _key(self, session: pkcs11.Session) -> Any:
        """The library gives a key its methods as the token says what the key may do."""
        return session.get_key(
            object_class=ObjectClass.SECRET_KEY, key_type=KeyType.AES, label=self._place.key
        )

    @contextmanager
    def _session(self, *, write: bool = False) -> Iterator[pkcs11.Session]:
        place = self._place
        try:
            token = pkcs11.lib(place.module).get_token(token_label=place.token)
            with token.open(rw=write, user_pin=self._pin) as session:
                yield session
        except NoSuchToken:
            raise KeyLocked(
                f"there is no token {place.token}", "plug it in, or name the right one"
            ) from None
        except (PinIncorrect, PinLocked):
            raise KeyLocked("the token refuses the PIN", "give the right one") from None
        except NoSuchKey:
            raise KeyLocked(
                f"the token has no AES key {place.key}", "use the token that it was sealed with"
            ) from None
        except PKCS11Error as error:
            raise KeyLocked(
                f"the token at {place.module} fails ({type(error).__name__})",
                "look whether the module is installed, the token is there and its driver runs",
            ) from None


def _parameters(nonce: bytes) -> GCMParams:
    return GCMParams(nonce, _LABEL, _TAG_BITS)
