"""Scans in vain that end at reading a code: a page offers to keep them, a call keeps them."""

from hashlib import sha256

from volunteer_credit.checkins.operations.failures import count_vain, keep_once
from volunteer_credit.checkins.operations.judgement import Comer
from volunteer_credit.checkins.operations.keys import device_digest, now_of, ticket_key
from volunteer_credit.checkins.queries.doors import CLOSED, OPEN, STOPPED, doors_at
from volunteer_credit.checkins.rules.reasons import Outcome
from volunteer_credit.checkins.rules.times import DAY_MS
from volunteer_credit.checkins.rules.vain import VAIN_MS, Vain, VainError, read_vain
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

STATES = {"stopped": STOPPED, "closed": CLOSED}


def report_of(reader: Reader, seen: Vain, binding: str) -> str:
    """What a page may send back of a scan in vain. `binding`: what ties it to its browser."""
    return seen.spelled(ticket_key(reader), binding)


def seen_now(reader: Reader, community_id: str, site: str, how: str, reason: str) -> Vain:
    """A scan in vain of this moment."""
    nonce = new_id(current().random)
    return Vain(community_id, site, how, reason, now_of(reader, community_id) + VAIN_MS, nonce)


def keep_reported(text: str, binding: str, caller: Caller | None) -> Vain:
    """Keep what a page showed, once however often it is sent. Raises: VainError."""
    reader = db.session()
    seen = read_vain(ticket_key(reader), text, binding)
    if now_of(reader, seen.community_id) >= seen.expires_at_ms:
        raise VainError
    _keep(reader, seen, caller)
    return seen


def keep_called(seen: Vain, caller: Caller, key: str) -> None:
    """Keep what a call showed; `key`: the number of the call, which counts once.

    Raises: TooManyError.
    """
    count_vain(caller.session_id, current().clock.now_ms())
    nonce = sha256(f"vc/scan in vain\n{caller.session_id}\n{key}".encode()).hexdigest()[:32]
    named = Vain(seen.community_id, seen.site, seen.how, seen.reason, seen.expires_at_ms, nonce)
    _keep(db.session(), named, caller)


def _keep(reader: Reader, seen: Vain, caller: Caller | None) -> None:
    here, now_ms = seen.community_id, now_of(reader, seen.community_id)
    person_id = caller.person_id if caller else ""
    account = (account_of(reader, person_id, here) or "") if caller else ""
    device = device_digest(reader, caller.device_id) if caller else ""
    comer = Comer(person_id, account, seen.how, device, site=seen.site)
    outcome = Outcome(seen.reason, here, _shift_at(reader, seen, now_ms))
    keep_once(outcome, comer, now_ms, seen.nonce)


def _shift_at(reader: Reader, seen: Vain, now_ms: int) -> str:
    """The one shift that is meant, where the place has one door in the state that was met."""
    if not seen.site or seen.reason == "not_open":
        return ""
    state = STATES.get(seen.reason, OPEN)
    doors = doors_at(reader, seen.community_id, seen.site, now_ms - DAY_MS // 2)
    found = [each.shift_id for each in doors if each.state == state]
    return found[0] if len(found) == 1 else ""
