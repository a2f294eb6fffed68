"""Places of a community: added, renamed, removed, and where a member lives."""

from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.models.membership import MemberRow, PlaceRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.queries.households import Place, held_by_place, place_of
from volunteer_credit.people.rules.places import (
    PlaceInUseError,
    PlaceUnknownError,
    check_kind,
    parse_name,
)
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

CHANGE = "place.change"


@retried
def add_place(
    caller: Caller,
    community_id: str,
    place: tuple[str, str],
    key: str,
    *,
    parent_id: str | None = None,
    grid_id: str | None = None,
) -> str:
    """Add a place, `place` being kind and name; its id.

    Raises: PlaceNameError, PlaceKindError, PlaceUnknownError, NotAllowedError and its like.
    """
    kind, name = place[0], parse_name(place[1])
    target = Target(community_id)
    body = {"kind": kind, "name": name, "parent": parent_id or "", "grid": grid_id or ""}
    hidden = {"asked": request_digest(db.session, body)}
    request = Request(acting(caller, CHANGE, community_id, target), key, CHANGE, hidden)
    with perform(community_id, request) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            session = operation.session
            parent = _kind_of(session, community_id, parent_id)
            check_kind(kind, parent, _kind_of(session, community_id, grid_id))
            place_id = new_id(current().random)
            session.add(
                PlaceRow(
                    community_id=community_id,
                    place_id=place_id,
                    kind=kind,
                    name=name,
                    parent_id=parent_id,
                    grid_id=grid_id,
                )
            )
            operation.answer({"place_id": place_id})
        return str(operation.result["place_id"])


@retried
def change_place(
    caller: Caller,
    community_id: str,
    place_id: str,
    key: str,
    *,
    name: str = "",
    grid_id: str | None = None,
    remove: bool = False,
) -> None:
    """Rename a place, put it into a grid, or remove it when nothing belongs to it any more.

    Raises: PlaceUnknownError, PlaceNameError, PlaceKindError, PlaceInUseError, NotAllowedError.
    """
    target = Target(community_id)
    body = {"place": place_id, "name": name, "grid": grid_id or "", "remove": remove}
    hidden = {"asked": request_digest(db.session, body)}
    request = Request(acting(caller, CHANGE, community_id, target), key, "place.edit", hidden)
    with perform(community_id, request) as operation:
        authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            session = operation.session
            row = session.get(PlaceRow, (community_id, place_id))
            if row is None or row.removed_at_ms is not None:
                raise PlaceUnknownError
            if name:
                row.name = parse_name(name)
            if grid_id is not None:
                parent = _kind_of(session, community_id, row.parent_id)
                check_kind(row.kind, parent, _kind_of(session, community_id, grid_id))
                row.grid_id = grid_id
            if remove:
                count = held_by_place(session, community_id, place_id)
                if count:
                    raise PlaceInUseError(count=count)
                row.removed_at_ms = operation.at_ms
            operation.answer({})


@retried
def move_member(
    caller: Caller, community_id: str, account: str, place_id: str | None, key: str
) -> None:
    """Say where a member lives; None: nowhere that is entered. By staff, or by a grid worker.

    Raises: PlaceUnknownError, NotAllowedError and its like.
    """
    target = Target(community_id, account=account)
    body = {"account": account, "place": place_id or ""}
    actor = acting(caller, "household.confirm", community_id, target)
    with perform(community_id, Request(actor, key, "member.move", body)) as operation:
        authorised(operation, caller, "household.confirm", target)
        if not operation.replayed:
            session = operation.session
            member = session.get(MemberRow, (community_id, account))
            if member is None or (place_id and place_of(session, community_id, place_id) is None):
                raise PlaceUnknownError
            member.place_id = place_id
            operation.answer({})


def _kind_of(session: Session | Reader, community_id: str, place_id: str | None) -> str | None:
    if place_id is None:
        return None
    found: Place | None = place_of(session, community_id, place_id)
    if found is None:
        raise PlaceUnknownError
    return found.kind
