"""Whoever opened a session: with a slip, or by enrolling its device. One's own passkey: nobody."""

from sqlalchemy import select

from volunteer_credit.people.models.credentials import DeviceRow
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.queries.slips import slip_issuers
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader

_devices, _sessions = DeviceRow.__table__.c, SessionRow.__table__.c


def opened_by(reader: Reader, caller: Caller) -> set[str]:
    """The persons without whom this session would not be; the operator has no number."""
    if caller.method == "device":
        query = select(_devices.enrolled_by).where(_devices.device_id == caller.device_id)
        return set(reader.execute(query).scalars()) - {""}
    if caller.method != "slip":
        return set()
    began = select(_sessions.began_at_ms).where(_sessions.session_id == caller.session_id)
    found = reader.execute(began).scalar_one_or_none()
    return set() if found is None else slip_issuers(reader, caller.person_id, found) - {""}
