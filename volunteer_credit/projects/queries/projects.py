"""Reads of venture projects."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select

from volunteer_credit.projects.models.activities import (
    ActivityRow,
    ProjectRow,
    ShiftRow,
    SignUpRow,
)
from volunteer_credit.projects.rules.errors import ProjectUnknownError
from volunteer_credit.projects.rules.states import CANCELLED, ENDED, SIGNED
from volunteer_credit.shared.db import Reader

_projects, _activities = ProjectRow.__table__.c, ActivityRow.__table__.c
_shifts, _sign_ups = ShiftRow.__table__.c, SignUpRow.__table__.c


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it was planned. Days are YYYYMMDD, money is fen."""

    project_id: str
    organiser: str
    organiser_name: str
    name: str
    category: str
    starts_day: int
    ends_day: int
    grant_fen: int
    own_fen: int
    person_times: int
    beneficiaries: int
    state: str


class Reality(NamedTuple):
    """What there is so far: shifts that were not cancelled, those that ended, places taken."""

    shifts: int
    ended: int
    sign_ups: int


_COLUMNS = [_projects[name] for name in Project.__dataclass_fields__]


def projects(reader: Reader, community_id: str) -> list[Project]:
    """All of a community, the running ones first, by the end of their period."""
    query = (
        select(*_COLUMNS)
        .where(_projects.community_id == community_id)
        .order_by(_projects.state.desc(), _projects.ends_day, _projects.project_id)
    )
    return [Project(*row) for row in reader.execute(query)]


def project(reader: Reader, community_id: str, project_id: str) -> Project:
    """One of them. Raises: ProjectUnknownError."""
    query = select(*_COLUMNS).where(
        _projects.community_id == community_id, _projects.project_id == project_id
    )
    row = reader.execute(query).one_or_none()
    if row is None:
        raise ProjectUnknownError
    return Project(*row)


def shift_ids(reader: Reader, community_id: str, project_id: str) -> list[str]:
    """The shifts of a project that were not cancelled."""
    return [shift_id for shift_id, _ in _shifts_of(reader, community_id, project_id)]


def reality(reader: Reader, community_id: str, project_id: str) -> Reality:
    """What became of a project until now."""
    rows = _shifts_of(reader, community_id, project_id)
    names = [shift_id for shift_id, _ in rows]
    query = select(func.count()).where(
        _sign_ups.community_id == community_id,
        _sign_ups.shift_id.in_(names),
        _sign_ups.state == SIGNED,
    )
    ended = sum(state == ENDED for _, state in rows)
    return Reality(len(rows), ended, reader.execute(query).scalar_one())


def _shifts_of(reader: Reader, community_id: str, project_id: str) -> list[tuple[str, str]]:
    query = (
        select(_shifts.shift_id, _shifts.state)
        .join(
            ActivityRow.__table__,
            (_activities.community_id == _shifts.community_id)
            & (_activities.activity_id == _shifts.activity_id),
        )
        .where(
            _shifts.community_id == community_id,
            _activities.project_id == project_id,
            _shifts.state != CANCELLED,
        )
    )
    return [(shift_id, state) for shift_id, state in reader.execute(query)]
