"""What a community says of itself: its name, its subdistrict, whom to call for help."""

from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.membership import CommunityRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.digests import request_digest
from volunteer_credit.people.rules.founding import PHONE_LENGTH_MAX, parse_line
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, retried


@retried
def change_community(
    caller: Caller, community_id: str, name: str, subdistrict: str, help_phone: str, key: str
) -> None:
    """Change what a community says of itself; by its staff. `help_phone`: empty for none.

    Raises: as `authorised`; CommunityNameError.
    """
    name, subdistrict = parse_line(name), parse_line(subdistrict, is_needed=False)
    help_phone = parse_line(help_phone, is_needed=False, count_max=PHONE_LENGTH_MAX)
    said = {"name": name, "subdistrict": subdistrict, "phone": help_phone}
    body = {"community": community_id, "said": request_digest(db.session(), said)}
    target = Target(community_id)
    actor = acting(caller, "community.change", CITY, target)
    with perform(CITY, Request(actor, key, "community.change", body)) as operation:
        authorised(operation, caller, "community.change", target)
        if not operation.replayed:
            row = operation.session.get(CommunityRow, community_id)
            assert row is not None
            row.name, row.subdistrict, row.help_phone = name, subdistrict, help_phone
            operation.answer({})
