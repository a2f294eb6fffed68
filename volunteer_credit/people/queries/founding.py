"""Reads of communities that wait for their founders, and of who let those in."""

from sqlalchemy import select

from volunteer_credit.people.models.credentials import DeviceRow, SlipRow
from volunteer_credit.people.models.membership import CommunityRow
from volunteer_credit.people.models.vault import LinkRow
from volunteer_credit.shared.db import Reader

FOUNDING, IS_OPEN, DECLINED = "founding", "open", "declined"


def founding_for(reader: Reader, person_id: str) -> list[tuple[str, str]]:
    """(code, name) of the communities that wait for this person, by code."""
    query = (
        select(CommunityRow.community_id, CommunityRow.name)
        .join(LinkRow, LinkRow.community_id == CommunityRow.community_id)
        .where(LinkRow.person_id == person_id, CommunityRow.state == FOUNDING)
        .order_by(CommunityRow.community_id)
    )
    return [(code, name) for code, name in reader.execute(query)]


def let_in_by(reader: Reader, person_id: str) -> set[str]:
    """Whoever gave this person a slip or a device that was used; the operator has no number."""
    slips = select(SlipRow.issued_by).where(
        SlipRow.person_id == person_id, SlipRow.used_at_ms.is_not(None)
    )
    devices = select(DeviceRow.enrolled_by).where(DeviceRow.person_id == person_id)
    found = {*reader.execute(slips).scalars(), *reader.execute(devices).scalars()}
    return found - {"", person_id}
