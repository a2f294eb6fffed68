"""An authenticator in software: it does the whole ceremony of WebAuthn, as a browser's does."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "https://points.example"
USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey. Its tests bend it: `origin` of another site, a counter that goes back."""

    origin: str = ORIGIN
    rp_id: str = "points.example"
    sign_count: int = 0
    flags: int = USER_PRESENT | USER_VERIFIED
    has_counter: bool = True
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: str) -> str:
        """Answer `navigator.credentials.create`."""
        asked = json.loads(options)
        self.user_handle = unb64(asked["user"]["id"])
        client = self._client("webauthn.create", asked["challenge"])
        attested = (
            bytes(16)
            + len(self.credential_id).to_bytes(2)
            + self.credential_id
            + cbor2.dumps(self._public())
        )
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._authenticator_data(ATTESTED) + attested,
        }
        return self._answer(
            clientDataJSON=b64(client), attestationObject=b64(cbor2.dumps(attestation))
        )

    def use(self, options: str) -> str:
        """Answer `navigator.credentials.get`."""
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        data = self._authenticator_data(0)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=b64(client),
            authenticatorData=b64(data),
            signature=b64(signature),
            userHandle=b64(self.user_handle),
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _authenticator_data(self, more: int) -> bytes:
        if self.has_counter:
            self.sign_count += 1
        return (
            sha256(self.rp_id.encode()).digest()
            + bytes([self.flags | more])
            + self.sign_count.to_bytes(4)
        )

    def _public(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}

    def _answer(self, **response: str) -> str:
        name = b64(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
