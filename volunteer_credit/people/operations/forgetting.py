"""The rows of a person, deleted one by one, so that the archive's copy forgets them too."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.models.credentials import (
    CardRow,
    DeviceRow,
    PasskeyRow,
    SlipRow,
    TotpRow,
)
from volunteer_credit.people.models.membership import (
    HouseholdMemberRow,
    HouseholdRow,
    MemberRow,
)
from volunteer_credit.people.models.organisations import OrganisationMemberRow
from volunteer_credit.people.models.privacy import AccessRow, ConsentRow, ErasureRow
from volunteer_credit.people.models.sessions import ChallengeRow, CounterRow, SessionRow
from volunteer_credit.people.models.vault import (
    ContactRow,
    GuardianRow,
    LinkRow,
    MergeRow,
    PersonRow,
    ProxyAskRow,
    ProxyRow,
)
from volunteer_credit.people.operations.pins import card_prefix
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.operations.totps import totp_owner
from volunteer_credit.people.rules.erasing import DONE

# Every column of a city table by which a row is about a person. Who merely did something to another
# (issued a card, looked at a record) stays there as a random number that leads nowhere.
ABOUT: tuple[tuple[type[Any], str], ...] = (
    (SessionRow, "person_id"),
    (ChallengeRow, "person_id"),
    (CardRow, "person_id"),
    (DeviceRow, "person_id"),
    (PasskeyRow, "person_id"),
    (TotpRow, "person_id"),
    (SlipRow, "person_id"),
    (OrganisationMemberRow, "person_id"),
    (GuardianRow, "minor_id"),
    (GuardianRow, "guardian_id"),
    (ProxyRow, "principal_id"),
    (ProxyRow, "proxy_id"),
    (ProxyAskRow, "principal_id"),
    (ProxyAskRow, "proxy_id"),
    (MergeRow, "from_id"),
    (MergeRow, "into_id"),
    (ConsentRow, "person_id"),
    (AccessRow, "person_id"),
    (ContactRow, "person_id"),
    (LinkRow, "person_id"),
    (PersonRow, "person_id"),
)


def forget_person(session: Session, person_id: str) -> None:
    """Inside the city's operation: delete every row about a person."""
    for work in hooks().forgetting_person.values():
        work(session, person_id)
    _forget_counters(session, person_id)
    for table, name in ABOUT:
        _delete(session, table, getattr(table, name) == person_id)
    earlier = select(ErasureRow).where(ErasureRow.person_id == person_id, ErasureRow.state != DONE)
    for row in session.execute(earlier).scalars():
        row.person_id = None  # such as one that was refused


def forget_member(operation: Operation, account: str) -> None:
    """Inside a community's operation: delete what it keeps of an account, but for its book."""
    session, community_id = operation.session, operation.community_id
    for work in hooks().forgetting.values():
        work(operation, account)
    mine = HouseholdMemberRow.community_id == community_id, HouseholdMemberRow.account == account
    lived = select(HouseholdMemberRow.household_id).where(*mine)
    households = set(session.execute(lived).scalars())
    _delete(session, HouseholdMemberRow, *mine)
    _delete(
        session, MemberRow, MemberRow.community_id == community_id, MemberRow.account == account
    )
    for household_id in sorted(households):
        inside = select(HouseholdMemberRow.account).where(
            HouseholdMemberRow.community_id == community_id,
            HouseholdMemberRow.household_id == household_id,
        )
        row = session.get(HouseholdRow, (community_id, household_id))
        if row is not None and session.execute(inside.limit(1)).first() is None:
            session.delete(row)


def _forget_counters(session: Session, person_id: str) -> None:
    """Counters are named by digests; wrong PINs of a device go by time: nobody can name them."""
    passkeys = select(PasskeyRow.credential_digest).where(PasskeyRow.person_id == person_id)
    numbers = select(CardRow.number).where(CardRow.person_id == person_id)
    owners = [totp_owner(session, person_id), *session.execute(passkeys).scalars()]
    cards = [card_prefix(session, each) for each in session.execute(numbers).scalars()]
    of_cards = [CounterRow.owner.startswith(each) for each in cards]
    _delete(session, CounterRow, or_(CounterRow.owner.in_(owners), *of_cards))


def _delete(session: Session, table: type[Any], *where: Any) -> None:
    for row in session.execute(select(table).where(*where)).scalars():
        session.delete(row)
    session.flush()
