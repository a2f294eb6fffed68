"""What a slip is for, before anybody uses it: so that its page asks for the right thing."""

from volunteer_credit.people.operations.slips import slip_digest
from volunteer_credit.people.queries.slips import slip_kind
from volunteer_credit.people.rules.sign_in_errors import SignInRefusedError
from volunteer_credit.people.rules.slips import INVITATION
from volunteer_credit.shared.db import db


def kind_seen(code: str) -> str:
    """The kind of a slip; what is none looks like an invitation until it is tried."""
    try:
        return slip_kind(db.session, slip_digest(db.session, code)) or INVITATION
    except SignInRefusedError:
        return INVITATION
