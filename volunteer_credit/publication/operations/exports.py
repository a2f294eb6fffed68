"""Audit exports as those who ask for them see them; they are made by a job."""

from pathlib import Path

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.operations.authority import acting, authorise, authorised
from volunteer_credit.people.operations.digests import personal_digest
from volunteer_credit.people.operations.look_up import write_looks
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.publication.models import ExportRow
from volunteer_credit.publication.operations.bundles import EXPORT_LOOK, INSPECTION, READ
from volunteer_credit.publication.operations.export_making import file_of
from volunteer_credit.publication.queries import asked_times, exports_of
from volunteer_credit.publication.rules.exports import (
    KEPT_MS,
    READY,
    WAITING,
    Export,
    ExportMissingError,
    check_rate,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current


@retried
def ask_export(caller: Caller, community_id: str, key: str) -> Export:
    """Ask for all published books of a community; the log of looks names who did.

    Raises: ExportsTooManyError, ExportMissingError for a retry after its end, and as `authorised`.
    """
    target = Target(community_id)
    actor = acting(caller, READ, CITY, target)
    request = Request(actor, key, "book.export", {"community": community_id})
    with perform(CITY, request) as operation:
        authority = authorised(operation, caller, READ, target)
        if not operation.replayed:
            session, at_ms = operation.session, operation.at_ms
            check_rate(asked_times(session, community_id), at_ms)
            write_looks(operation, authority, EXPORT_LOOK, [authority.person_id], INSPECTION)
            row = ExportRow(
                community_id=community_id,
                export_id=new_id(current().random),
                asked_by=_asker(authority.person_id, community_id),
                state=WAITING,
                percent=0,
                count_bytes=0,
                asked_at_ms=at_ms,
                ends_at_ms=at_ms + KEPT_MS,
            )
            session.add(row)
            operation.answer({"export_id": row.export_id})
        export_id = str(operation.result["export_id"])
    return own_export(caller, community_id, export_id)


def own_exports(caller: Caller, community_id: str) -> list[Export]:
    """The exports that the caller asked for, newest first. Raises: as `authorise`."""
    at_ms = current().clock.now_ms()
    target = Target(community_id)
    authorise(db.session, caller, READ, target, at_ms=at_ms, day=day_of(at_ms))
    found = exports_of(db.session, community_id, _asker(caller.person_id, community_id))
    return [each for each in found if each.ends_at_ms > at_ms]


def own_export(caller: Caller, community_id: str, export_id: str) -> Export:
    """One of them. Raises: ExportMissingError, and as `authorise`."""
    for each in own_exports(caller, community_id):
        if each.export_id == export_id:
            return each
    raise ExportMissingError


def export_file(caller: Caller, community_id: str, export_id: str) -> Path:
    """Its archive. Raises: ExportMissingError, also while it is made, and as `authorise`."""
    found = own_export(caller, community_id, export_id)
    path = file_of(found.export_id)
    if found.state != READY or not path.is_file():
        raise ExportMissingError
    return path


def _asker(person_id: str, community_id: str) -> str:
    return personal_digest(person_id, {"asks": community_id})
