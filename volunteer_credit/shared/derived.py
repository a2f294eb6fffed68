"""Secrets for one purpose each, derived from the one that the installation keeps (RFC 5869)."""

from hashlib import blake2s

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from volunteer_credit.shared.runtime import Runtime

DERIVED_BYTES = 32
MAC_BYTES = 16


class DerivedSecrets:
    """The secrets of a process, by purpose; a new `VC_KEY_SECRET` changes them all."""

    def __init__(self, runtime: Runtime) -> None:
        self._secret = runtime.settings.key_secret
        self._found: dict[str, bytes] = {}

    def secret(self, purpose: str) -> bytes:
        """32 bytes for this purpose alone; each purpose has a fixed name of ASCII."""
        found = self._found.get(purpose)
        if found is None:
            info = f"vc/{purpose}/v1".encode("ascii")
            found = HKDF(SHA256(), DERIVED_BYTES, salt=None, info=info).derive(self._secret)
            self._found[purpose] = found
        return found

    def mac(self, purpose: str, text: str) -> str:
        """32 hex digits that say nothing of `text` to whoever lacks the secret (RFC 7693)."""
        key = self.secret(purpose)
        return blake2s(text.encode(), key=key, digest_size=MAC_BYTES).hexdigest()


def derived(runtime: Runtime) -> DerivedSecrets:
    """The derived secrets of an application."""
    return runtime.part(DerivedSecrets, DerivedSecrets)
