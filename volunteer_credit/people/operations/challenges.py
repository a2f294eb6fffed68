"""Challenges that a passkey has to sign: for one purpose, five minutes, once."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from volunteer_credit.people.models.sessions import ChallengeRow
from volunteer_credit.people.rules.handles import handle
from volunteer_credit.shared.db import Reader, retried, transaction
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

CHALLENGE_BYTES = 32
LIFE_MS = 300_000
ADD, SIGN_IN, STEP_UP = "add", "sign_in", "step_up"
_rows = ChallengeRow.__table__.c


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge that was given out. `person_id`: to whom; empty before a sign-in."""

    challenge_id: str
    challenge: bytes
    person_id: str


@retried
def new_challenge(purpose: str, person_id: str = "") -> Challenge:
    """Make and keep one."""
    runtime = current()
    made = Challenge(new_id(runtime.random), runtime.random(CHALLENGE_BYTES), person_id)
    with transaction() as session:
        session.add(
            ChallengeRow(
                challenge_id=made.challenge_id,
                purpose=purpose,
                person_id=person_id or None,
                challenge=made.challenge,
                expires_at_ms=runtime.clock.now_ms() + LIFE_MS,
            )
        )
    return made


def seen_challenge(
    reader: Reader, challenge_id: str, purpose: str, person_id: str, at_ms: int
) -> Challenge | None:
    """A challenge that still stands, without using it up."""
    query = select(_rows.challenge_id, _rows.challenge, _rows.person_id).where(
        _rows.challenge_id == handle(challenge_id, 32),
        _rows.purpose == purpose,
        _rows.person_id == (person_id or None),
        _rows.expires_at_ms > at_ms,
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else Challenge(row[0], bytes(row[1]), row[2] or "")


def take_challenge(session: Session, challenge_id: str) -> bool:
    """Use up a challenge; False when somebody else did."""
    taken = (
        delete(ChallengeRow)
        .where(_rows.challenge_id == challenge_id)
        .returning(_rows.challenge_id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(taken).scalar_one_or_none() is not None
