"""Builders for who stands for whom, and for what waits."""

from tests.people.make import OPERATOR, Resident
from tests.service.make import AT_MS
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.vault import GuardianRow
from volunteer_credit.shared.db import Model


def put_city(*rows: Model, key: str) -> None:
    """Add rows of the city, as an operation does."""
    with perform(CITY, Request(OPERATOR, key, "test")) as operation:
        operation.session.add_all(rows)
        operation.answer({})


def put_guardian(minor: Resident, guardian: Resident) -> None:
    """Make somebody the guardian of a minor."""
    row = GuardianRow(
        minor_id=minor.person_id,
        guardian_id=guardian.person_id,
        since_ms=AT_MS,
        confirmed_by=guardian.person_id,
    )
    put_city(row, key=f"guardian {minor.person_id} {guardian.person_id}")
