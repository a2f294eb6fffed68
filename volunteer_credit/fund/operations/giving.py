"""Whether a fund may give points now, asked under the lock of the book."""

from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.policies import FundVerdict, fund_verdict
from volunteer_credit.fund.models.budgets import FundRow
from volunteer_credit.fund.rules.cover import Standing, standing
from volunteer_credit.journal.operations.balances import balances
from volunteer_credit.journal.operations.perform import Operation


def standing_of(operation: Operation, fund: str) -> Standing:
    """A fund as it stands under the lock, what this operation has done included."""
    own, *others = (f"{each}:{fund}" for each in ("fund", "settled", "expired", "correction"))
    found = balances(operation, [own, *others])
    row = operation.session.get(FundRow, (operation.community_id, fund))
    return standing(
        row.budget_centipoints if row else 0,
        posted=found[own].posted,
        available=found[own].available,
        elsewhere=sum(found[each].posted for each in others),
    )


def verdict(
    operation: Operation, convention: Convention, fund: str, centipoints: int
) -> FundVerdict:
    """Whether an award of so much may be paid now: `pay`, `warn` or `defer`.

    Raises: NoSuchFundError.
    """
    now = standing_of(operation, fund)
    return fund_verdict(convention, fund, centipoints, now.outstanding, now.available)
