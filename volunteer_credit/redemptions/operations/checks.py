"""What is asked under the lock before points are held: the member, the till, the day."""

from volunteer_credit.conventions.operations.in_force import convention_on
from volunteer_credit.conventions.rules.policies import is_market_day
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.merchants.queries.shops import agreements_on
from volunteer_credit.merchants.rules.agreements import NoAgreementError
from volunteer_credit.merchants.rules.shops import CASHIER, scope_of
from volunteer_credit.people.queries.grants import (
    ACTIVE,
    accounts_of,
    asked_accounts,
    asked_holders,
    asked_person,
    holders_of,
    member_state,
    person_of,
)
from volunteer_credit.people.queries.households import asked_household, same_household
from volunteer_credit.people.queries.links import asked_persons, persons_of
from volunteer_credit.people.queries.persons import asked_acting, guardians_of, proxies_of
from volunteer_credit.points.operations.wallet_accounts import (
    is_closed,
    this_month,
    wallets_of,
)
from volunteer_credit.redemptions.queries.redemptions import count_since
from volunteer_credit.redemptions.rules.errors import (
    NotMarketDayError,
    OwnTillError,
    PointsClosedError,
)
from volunteer_credit.redemptions.rules.selling import (
    TILL_HOUSEHOLD,
    check_quarter,
    quarter_start,
    shares,
)
from volunteer_credit.shared.reading import ahead

HOLD, TAKE = "points.hold", "points.take"


def own_accounts(operation: Operation, account: str) -> list[str]:
    """All account numbers here of whoever this one is; a merge leaves several."""
    person_id = person_of(operation.session, operation.community_id, account)
    found = accounts_of(operation.session, person_id, operation.community_id)
    return found or [account]


def check_member(operation: Operation, account: str) -> None:
    """Accept a member whose points are theirs to spend. Raises: PointsClosedError."""
    state, _grid = member_state(operation.session, operation.community_id, account)
    if state != ACTIVE or is_closed(operation, account):
        raise PointsClosedError


def ask_ahead(operation: Operation, merchant_id: str, cashier: str, account: str) -> None:
    """Have what `check_cashier` and `till_flags` read in two ways to the server, and not in ten."""
    session, here = operation.session, operation.community_id
    scope, day = scope_of(merchant_id), operation.day
    ahead(
        session,
        [
            asked_person(here, cashier),
            asked_person(here, account),
            asked_holders(here, CASHIER, scope, day),
            asked_household(here, account),
        ],
    )
    person_id = person_of(session, here, account)
    at_till = holders_of(session, here, CASHIER, scope, day)
    own = asked_accounts(person_id, here)
    ahead(session, [own, *asked_acting(person_id), *asked_persons(here, at_till)])


def check_cashier(operation: Operation, cashier: str, account: str) -> None:
    """Accept a cashier who serves another, for whom they don't act. Raises: OwnTillError."""
    session, community_id = operation.session, operation.community_id
    serving = person_of(session, community_id, cashier)
    is_own = cashier in own_accounts(operation, account)
    if is_own or serving in _acting_for(operation, account):
        raise OwnTillError


def till_flags(operation: Operation, merchant_id: str, account: str) -> str:
    """What is remarkable about who buys here. Raises: OwnTillError for who stands at the till."""
    session, community_id = operation.session, operation.community_id
    scope = scope_of(merchant_id)
    at_till = holders_of(session, community_id, CASHIER, scope, operation.day)
    own = own_accounts(operation, account)
    if at_till & set(own):
        raise OwnTillError
    kin = {mate for each in own for mate in same_household(session, community_id, each)}
    if at_till & kin:
        return TILL_HOUSEHOLD
    is_near = persons_of(session, community_id, at_till) & _acting_for(operation, account)
    return TILL_HOUSEHOLD if is_near else ""


def _acting_for(operation: Operation, account: str) -> set[str]:
    """The guardians and proxies of a member."""
    session = operation.session
    person_id = person_of(session, operation.community_id, account)
    return {*guardians_of(session, person_id), *proxies_of(session, person_id)}


def check_day(operation: Operation, account: str) -> None:
    """Accept a day on which the convention lets this member redeem.

    Raises: NotMarketDayError, QuarterLimitError.
    """
    session, community_id, day = operation.session, operation.community_id, operation.day
    found = convention_on(session, community_id, day)
    if found is None:
        return
    if not is_market_day(found.convention, day):
        raise NotMarketDayError
    count_max = found.convention.detailed_rules.limits.redemptions_per_quarter
    own = own_accounts(operation, account)
    count = count_since(session, community_id, own, quarter_start(day)) if count_max else 0
    check_quarter(count, count_max)


def fund_shares(
    operation: Operation, merchant_id: str, account: str, centipoints: int
) -> dict[str, int]:
    """How much each fund with an agreement in force gives.

    Raises: NoAgreementError, PointsShortError.
    """
    agreed = agreements_on(operation.session, operation.community_id, merchant_id, operation.day)
    if not agreed:
        raise NoAgreementError
    month_now = this_month(operation)
    available = {
        (fund, month): each.available
        for (fund, month), each in wallets_of(operation, account).items()
        if fund in agreed and month >= month_now
    }
    return shares(available, centipoints)
