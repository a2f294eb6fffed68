"""All of the demonstration at once, in seconds: `make run` begins with it."""

from volunteer_credit.demo.clock import SeedClock
from volunteer_credit.demo.people import SIZES, residents
from volunteer_credit.demo.saturday import CARDED, DAYS_BACK, tell
from volunteer_credit.demo.town import COMMUNITY, found, fresh_key
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.operations.cards import issue_card
from volunteer_credit.shared.db import end_reading


def seed(clock: SeedClock, size: str = "community", *, is_new: bool) -> int:
    """Make town, residents and what they did; how many people. The clock ends at the present.

    `size`: a key of SIZES.

    Raises: DemoOnlyError, CityNotEmptyError.
    """
    town = found(is_new=is_new)
    people = list(residents(town, SIZES[size]))
    cards = {each.account: each.card for each in people if each.card}
    for each in people[:CARDED]:
        cards[each.account] = issue_card(None, each.person_id, COMMUNITY, fresh_key()).number
    tell(town, clock, people, cards)
    town.close()
    end_reading()
    for book in (CITY, COMMUNITY):
        seal(book)
    return town.count + len(people)


__all__ = ["DAYS_BACK", "SIZES", "seed"]
