"""What somebody may do, as far as a page must know it: which buttons, and which faces."""

from collections.abc import Iterator
from dataclasses import dataclass

from volunteer_credit.people.operations.authority import decided, look
from volunteer_credit.people.operations.sessions import choose_face, day_of
from volunteer_credit.people.queries.grants import accounts_of, grants_of
from volunteer_credit.people.queries.organisations import organisations_of
from volunteer_credit.people.queries.sessions import roles_of
from volunteer_credit.people.queries.settings import belongings
from volunteer_credit.people.queries.standing import Seen
from volunteer_credit.people.rules.authority_errors import NotSignedInError, StepUpNeededError
from volunteer_credit.people.rules.roles import CITY, POSITIONS, STRONG_METHODS, Target
from volunteer_credit.people.rules.spans import FACES, has_face
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import DeniedError, SignInError
from volunteer_credit.shared.runtime import current

GRID = "grid"


@dataclass(frozen=True, slots=True)
class Face:
    """One way in which a person may work. `community_id` may be the city, which has no name."""

    community_id: str
    name: str
    face: str


def may(caller: Caller, action: str, community_id: str) -> bool:
    """Whether a role of the caller reaches this there; what it steps up for is asked later."""
    now_ms = current().clock.now_ms()
    day = day_of(now_ms)
    seen = look(caller, community_id or CITY, day)
    for target in _targets(caller, community_id, seen):
        try:
            decided(db.session, caller, action, target, seen, at_ms=now_ms, day=day)
        except StepUpNeededError:
            return True
        except NotSignedInError:
            return False
        except (DeniedError, SignInError):
            continue
        return True
    return False


def _targets(caller: Caller, community_id: str, seen: Seen | None) -> Iterator[Target]:
    """The community; then what the caller's roles are limited to within it."""
    yield Target(community_id)
    for holding in seen.holdings if seen else ():
        kind, _, name = holding.scope.partition(":")
        if kind in (GRID, "organisation", "merchant"):
            yield Target(community_id, **{f"{kind}_id": name})
    for organisation_id, _, position in organisations_of(db.session, caller.person_id):
        if position in POSITIONS:
            yield Target(community_id, organisation_id=organisation_id)


def _scopes(caller: Caller, community_id: str, day: int) -> list[str]:
    book = community_id or CITY
    accounts = accounts_of(db.session, caller.person_id, book)
    return [each.scope for each in grants_of(db.session, book, accounts, day)]


def own_grid(caller: Caller, community_id: str) -> str:
    """The grid that the caller's search is limited to; empty for staff."""
    scopes = _scopes(caller, community_id, day_of(current().clock.now_ms()))
    grids = [each.partition(":")[2] for each in scopes if each.startswith(f"{GRID}:")]
    return "" if "community" in scopes or not grids else grids[0]


def own_faces(caller: Caller) -> list[Face]:
    """The faces that the caller may show, place by place."""
    day, person_id = day_of(current().clock.now_ms()), caller.person_id
    found = []
    for each in belongings(db.session, person_id):
        if each.state == "active":
            roles = roles_of(db.session, person_id, day, each.community_id)
            faces = [face for face in FACES if has_face(roles, face)]
            found += [Face(each.community_id, each.name, face) for face in faces]
    if has_face(roles_of(db.session, person_id, day, CITY) - set(POSITIONS), "staff"):
        found.append(Face(CITY, "", "staff"))
    return found


def choose_first_face(caller: Caller) -> Caller:
    """Where there is nothing to choose, choose it: one place, and the most that the sign-in opens.

    Raises: as `choose_face`.
    """
    faces = own_faces(caller)
    if len({each.community_id for each in faces}) != 1:
        return caller
    chosen = faces[-1 if caller.method in STRONG_METHODS else 0]
    return choose_face(caller, chosen.community_id, chosen.face)
