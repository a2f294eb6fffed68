"""A community's convention as its page shows it."""

from dataclasses import dataclass

from volunteer_credit.conventions.operations.in_force import (
    ConventionUnknownError,
    InForce,
    convention_named,
    convention_on,
)
from volunteer_credit.conventions.queries.contracts import signed_count
from volunteer_credit.conventions.queries.versions import Version, adoptions, versions
from volunteer_credit.conventions.rules.adoption import Adoption
from volunteer_credit.conventions.rules.reading import decode
from volunteer_credit.journal.operations.demo_time import book_now_ms
from volunteer_credit.people.queries.communities import community
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import MissingError
from volunteer_credit.shared.runtime import current


class CommunityUnknownError(MissingError):
    """A community that this city does not have."""

    code = "community_not_found"
    en = "There is no such community here."
    zh = "本市没有这个社区。"


@dataclass(frozen=True, slots=True)
class Shown:
    """One version with all versions around it. `now`: what is in force today, if anything."""

    version: InForce | None
    now: InForce | None
    adoption: Adoption | None
    versions: list[Version]
    signed: int


def today(community_id: str) -> int:
    """The local date of a community's book, YYYYMMDD; a demonstration's may be ahead."""
    now_ms = book_now_ms(db.session(), community_id)
    return local_day(now_ms, current().settings.utc_offset_minutes)


def shown(community_id: str, name: str = "") -> Shown:
    """The convention in force, or the version `name`.

    Raises: CommunityUnknownError, ConventionUnknownError.
    """
    reader = db.session()
    if community(reader, community_id) is None:
        raise CommunityUnknownError
    found = versions(reader, community_id)
    now = convention_on(reader, community_id, today(community_id))
    version = now
    if name:
        days = [each.effective_day for each in found if each.name == name]
        if not days:
            raise ConventionUnknownError(name=name[:64])
        version = InForce(name, convention_named(reader, community_id, name), max(days))
    votes = adoptions(reader, community_id, version.name) if version else []
    vote = decode(Adoption, votes[0]) if votes else None
    return Shown(version, now, vote, found, signed_count(reader, community_id))
