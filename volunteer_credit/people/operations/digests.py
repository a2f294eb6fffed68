"""Keyed digests of what must be found again and never read: phones, tokens, codes, cards."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.secrets import make_secret, secrets
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.people.rules import spelling
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.person_keys_errors import NoPersonKeyError, PersonErasedError
from volunteer_credit.shared.runtime import current

ROOM = "people"


def make_people_secret() -> None:
    """Make the secret that all digests of this slice hang on, unless it is there."""
    make_secret(ROOM)


def key_for(reader: Reader, purpose: str) -> bytes:
    """A key of this slice. Raises: KeyMissingError before `init`."""
    return secrets().key(reader, ROOM, purpose)


def digest(reader: Reader, purpose: str, text: str) -> str:
    """HMAC-SHA-256, 64 hex digits; another purpose gives another digest."""
    return hmac.new(key_for(reader, purpose), text.encode(), sha256).hexdigest()


def request_digest(session: Session | Reader, body: Mapping[str, Any]) -> str:
    """What stands for numbers and codes in a request's body, so that nobody finds them by trying.

    Whoever has the secrets of the installation could: for data of a person see `personal_digest`.
    """
    return digest(session, "request", spelling.spell(body))


def personal_digest(person_id: str, body: Mapping[str, Any]) -> str:
    """What stands for data of one person in a request: once they are erased, nobody can try it out.

    Empty for who has no key: nobody, or nobody any more.
    """
    data = spelling.spell(body).encode()
    try:
        return person_keys(current()).mac(person_id, "request", data).hex()
    except (NoPersonKeyError, PersonErasedError):
        return ""


def check_same(kept: str, person_id: str, body: Mapping[str, Any]) -> None:
    """Refuse a retry that says something else of a person. Raises: IdempotencyKeyUsedError."""
    if not hmac.compare_digest(kept, personal_digest(person_id, body)):
        raise IdempotencyKeyUsedError
