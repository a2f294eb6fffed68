"""How a person's data is sealed under the person's key, and that key under the secret.

Both are AES-256-GCM: one version byte, a random nonce of 12 bytes, ciphertext, a tag of 16. What
may not be swapped is associated data: here the person and the purpose, there the person and the
name of the secret. No key seals anywhere near the 2^32 messages that random nonces allow.
"""

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from volunteer_credit.shared.ids import Random
from volunteer_credit.shared.person_keys_errors import (
    PersonKeyDamagedError,
    PersonKeySecretError,
    SealedDataError,
)

KEY_BYTES = 32
NONCE_BYTES = 12
UNDER_BYTES = 8  # of the name of a secret
VERSION = b"\x01"

_DATA = b"vc/person-data/v1"
_KEY = b"vc/person-key/v1"
_MAC = b"vc/person-mac/v1"


def seal(key: bytes, person: str, purpose: str, plaintext: bytes, random: Random) -> bytes:
    """The data of a person for a purpose, readable with the key only."""
    return _encrypt(key, plaintext, _bound(_DATA, person, purpose), random)


def unseal(key: bytes, person: str, purpose: str, ciphertext: bytes) -> bytes:
    """What `seal` was given. Raises: SealedDataError for other bytes, person or purpose."""
    try:
        return _decrypt(key, ciphertext, _bound(_DATA, person, purpose))
    except InvalidTag:
        raise SealedDataError from None


def mac(key: bytes, person: str, purpose: str, data: bytes) -> bytes:
    """What stands for the data of a person for a purpose, as long as the key is there."""
    derived = HKDF(SHA256(), KEY_BYTES, None, _bound(_MAC, person, purpose)).derive(key)
    return hmac.digest(derived, data, "sha256")


class KeyWrap:
    """Keys under the secret of the settings; those under the old one can still be read.

    `under` names the secret that new keys are wrapped with: 16 hex digits that tell nothing of it.
    """

    def __init__(self, secret: bytes, secret_old: bytes | None) -> None:
        given = [secret] if secret_old is None else [secret, secret_old]
        self._secrets = {_derived(each, b"name", UNDER_BYTES).hex(): each for each in given}
        self.under = next(iter(self._secrets))

    def wrap(self, person: str, key: bytes, random: Random) -> bytes:
        """The key for the store."""
        kek = self._secret(self.under, b"wrap")
        return _encrypt(kek, key, _bound(_KEY, person, self.under), random)

    def unwrap(self, person: str, under: str, wrapped: bytes) -> bytes:
        """The key itself. Raises: PersonKeySecretError, PersonKeyDamagedError."""
        kek = self._secret(under, b"wrap")
        try:
            return _decrypt(kek, wrapped, _bound(_KEY, person, under))
        except InvalidTag:
            raise PersonKeyDamagedError from None

    def list_key(self, under: str) -> bytes:
        """The key of the MAC over a list of backup files. Raises: PersonKeySecretError."""
        return self._secret(under, b"list")

    def _secret(self, under: str, use: bytes) -> bytes:
        if under not in self._secrets:
            raise PersonKeySecretError(under=under)
        return _derived(self._secrets[under], use, KEY_BYTES)


def _derived(secret: bytes, use: bytes, count: int) -> bytes:
    return HKDF(SHA256(), count, None, b"vc/person-keys/v1/" + use).derive(secret)


def _bound(*parts: bytes | str) -> bytes:
    """Parts that no others can run together into."""
    raw = [part.encode() if isinstance(part, str) else part for part in (VERSION, *parts)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in raw)


def _encrypt(key: bytes, plaintext: bytes, bound: bytes, random: Random) -> bytes:
    nonce = random(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, bound)


def _decrypt(key: bytes, data: bytes, bound: bytes) -> bytes:
    start = len(VERSION) + NONCE_BYTES
    if not data.startswith(VERSION) or len(data) < start:
        raise InvalidTag
    return AESGCM(key).decrypt(data[len(VERSION) : start], data[start:], bound)
