"""Asking somebody into one's household by their card; the first one makes the household."""

from volunteer_credit.people.operations.household_view import account_by_card, own_household
from volunteer_credit.people.operations.households import add_to_household, declare_household
from volunteer_credit.people.rules.households import ASKED
from volunteer_credit.shared.caller import Caller


def ask_into_household(caller: Caller, community_id: str, card: str, key: str) -> None:
    """Ask whoever's card or pass this is; who was asked already, or lives there, is not again.

    Raises: as `own_household`, `account_by_card`, `declare_household` and `add_to_household`.
    """
    mates = own_household(caller, community_id)
    account = account_by_card(community_id, card)
    # Who was only asked themselves may still declare a household of their own.
    if not any(each.is_self and each.state != ASKED for each in mates):
        declare_household(caller, community_id, [account], key)
    elif account not in [each.account for each in mates if not each.is_self]:
        add_to_household(caller, community_id, account, key)
