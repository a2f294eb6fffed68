"""Reads of tallies, for who only wants to know."""

from collections.abc import Sequence

from sqlalchemy import select

from volunteer_credit.conventions.rules.tallies import Tally, TallyKey
from volunteer_credit.points.models.awards import TallyRow
from volunteer_credit.shared.db import Reader

_tallies = TallyRow.__table__.c


def tallies_of(
    reader: Reader, community_id: str, keys: Sequence[TallyKey]
) -> dict[TallyKey, Tally]:
    """These tallies of one account; those that are not there yet are left out."""
    if not keys:
        return {}
    query = select(
        _tallies.account,
        _tallies.clause,
        _tallies.period,
        _tallies.epoch,
        _tallies.counted,
        _tallies.given,
    ).where(
        _tallies.community_id == community_id,
        _tallies.account == keys[0].account,
        _tallies.clause.in_(sorted({each.clause for each in keys})),
        _tallies.period.in_(sorted({each.period for each in keys})),
    )
    found = {TallyKey(*row[:4]): Tally(*row[4:]) for row in reader.execute(query)}
    return {key: found[key] for key in keys if key in found}
