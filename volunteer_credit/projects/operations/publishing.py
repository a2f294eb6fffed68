"""Publishing an activity in one act, and taking it back while nobody has signed up."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.rules.document import Words
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.authority import Authority, acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.projects.models.activities import (
    ActivityRow,
    LeadRow,
    ProjectRow,
    ShiftRow,
    SignUpRow,
)
from volunteer_credit.projects.operations.organisers import (
    CHANGE,
    as_own,
    lead_accounts,
    named,
    target_of,
)
from volunteer_credit.projects.operations.times import offset_minutes
from volunteer_credit.projects.queries.activities import organiser_of
from volunteer_credit.projects.queries.catalogue import category
from volunteer_credit.projects.queries.used import is_used
from volunteer_credit.projects.rules.drafts import Draft
from volunteer_credit.projects.rules.errors import (
    CoefficientNotThereError,
    LeadUnknownError,
    ProjectUnknownError,
    UndoOverError,
)
from volunteer_credit.projects.rules.states import OPEN, RUNNING
from volunteer_credit.projects.rules.times import MINUTE_MS, check_starts
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, db, retried
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

UNDO_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Published:
    """What was published."""

    activity_id: str
    shift_ids: tuple[str, ...]


@retried
def publish(caller: Caller, community_id: str, organiser: str, draft: Draft, key: str) -> Published:
    """Publish an activity with its shifts; `organiser`: an organisation's id, or `committee`.

    Raises: CategoryUnknownError, StartPastError, StartFarError, CoefficientNotThereError,
    LeadUnknownError, ProjectUnknownError, NotYourOrganiserError, OrganisationUnknownError, and as
    `authorised` and `perform`.
    """
    category(draft.category)
    caller, target = as_own(caller, organiser), target_of(community_id, organiser)
    body = {"organiser": organiser, "draft": request_digest(db.session, _plain(draft))}
    request = Request(acting(caller, CHANGE, community_id, target), key, "project.publish", body)
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            operation.answer(_publish(operation, authority, organiser, draft))
        found = operation.result
    return Published(found["activity"], tuple(found["shifts"]))


@retried
def undo_publishing(caller: Caller, community_id: str, activity_id: str, key: str) -> None:
    """Take an activity back within ten minutes while nobody signed up or came: as if it never was.

    Raises: UndoOverError, ShiftUnknownError, and as `authorised` and `perform`.
    """
    organiser = organiser_of(db.session, community_id, activity_id)
    caller, target = as_own(caller, organiser), target_of(community_id, organiser)
    actor = acting(caller, CHANGE, community_id, target)
    request = Request(actor, key, "project.undo", {"activity": activity_id})
    with perform(community_id, request) as operation:
        authority = authorised(operation, caller, CHANGE, target)
        if not operation.replayed:
            named(operation.session, authority, organiser)
            _take_back(operation, activity_id)
            operation.answer({})


def is_undoable(published_at_ms: int, sign_ups: int, at_ms: int) -> bool:
    """Whether a publication may still be taken back."""
    return not sign_ups and at_ms <= published_at_ms + UNDO_MINUTES * MINUTE_MS


def coefficients_on(reader: Reader, community_id: str, day: int) -> dict[str, Words]:
    """By code: the coefficients of the convention of a day; none without a convention."""
    found = convention_on(reader, community_id, day)
    if found is None:
        return {}
    return {each.code: each.name for each in found.convention.detailed_rules.coefficients}


def _plain(draft: Draft) -> Mapping[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(draft).items()
    }


def _publish(
    operation: Operation, authority: Authority, organiser: str, draft: Draft
) -> dict[str, Any]:
    session, community_id = operation.session, operation.community_id
    name = named(session, authority, organiser)
    check_starts(draft.starts_at_ms, operation.at_ms)
    _check_project(session, community_id, organiser, draft.project_id)
    leads = draft.leads or (authority.account,)
    there = lead_accounts(session, community_id, organiser, operation.day)
    if not set(leads) <= {*there, authority.account}:
        raise LeadUnknownError
    activity_id = new_id(current().random)
    session.add(
        ActivityRow(
            community_id=community_id,
            activity_id=activity_id,
            project_id=draft.project_id,
            organiser=organiser,
            organiser_name=name,
            title=draft.title,
            content=draft.content,
            risks=draft.risks,
            category=draft.category,
            published_by=authority.account,
            published_at_ms=operation.at_ms,
        )
    )
    shifts = [_shift(operation, activity_id, draft, start) for start in draft.starts_at_ms]
    for shift_id in shifts:
        for account in leads:
            session.add(LeadRow(community_id=community_id, shift_id=shift_id, account=account))
    return {"activity": activity_id, "shifts": shifts}


def _shift(operation: Operation, activity_id: str, draft: Draft, starts_at_ms: int) -> str:
    day = local_day(starts_at_ms, offset_minutes())
    there = coefficients_on(operation.session, operation.community_id, day)
    chosen = draft.with_coefficient(category(draft.category), there)
    if chosen.coefficient and chosen.coefficient not in there:
        raise CoefficientNotThereError
    shift_id = new_id(current().random)
    operation.session.add(
        ShiftRow(
            community_id=operation.community_id,
            shift_id=shift_id,
            activity_id=activity_id,
            place=draft.place,
            starts_at_ms=starts_at_ms,
            ends_at_ms=starts_at_ms + draft.minutes * MINUTE_MS,
            day=day,
            capacity=draft.capacity,
            min_age=draft.min_age,
            skill=draft.skill,
            coefficient=chosen.coefficient,
            risk=draft.risk,
            insurance=draft.insurance,
            kind=draft.kind,
            sites=draft.sites,
            state=OPEN,
            reason="",
            walk_ins=0,
            revision=0,
        )
    )
    return shift_id


def _check_project(session: Session, community_id: str, organiser: str, project_id: str) -> None:
    if not project_id:
        return
    row = session.get(ProjectRow, (community_id, project_id))
    if row is None or row.organiser != organiser or row.state != RUNNING:
        raise ProjectUnknownError


def _take_back(operation: Operation, activity_id: str) -> None:
    session, community_id = operation.session, operation.community_id
    row = session.get_one(ActivityRow, (community_id, activity_id))
    shifts = select(ShiftRow).where(
        ShiftRow.community_id == community_id, ShiftRow.activity_id == activity_id
    )
    found = session.execute(shifts).scalars().all()
    names = [each.shift_id for each in found]
    signed, leads = (
        session.execute(
            select(table).where(table.community_id == community_id, table.shift_id.in_(names))
        )
        .scalars()
        .all()
        for table in (SignUpRow, LeadRow)
    )
    walked = sum(each.walk_ins for each in found)
    began = any(each.state != OPEN for each in found) or is_used(session, community_id, names)
    if not is_undoable(row.published_at_ms, len(signed) + walked + began, operation.at_ms):
        raise UndoOverError(minutes=UNDO_MINUTES)
    for each in (*leads, *found, row):
        session.delete(each)
