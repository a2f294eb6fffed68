"""The tour's faces, signed in server-side by the same acts as everybody's: slip, device, PIN."""

from volunteer_credit.conventions.operations.contracts import NoConventionError, sign_contract
from volunteer_credit.conventions.queries.contracts import has_signed
from volunteer_credit.people.operations.cards import issue_card
from volunteer_credit.people.operations.devices import enrol_device, revoke_device
from volunteer_credit.people.operations.persons import find_persons
from volunteer_credit.people.operations.pins import hash_pin
from volunteer_credit.people.operations.sessions import Browser, SignedIn
from volunteer_credit.people.operations.sign_in import sign_in_by_device, sign_in_by_slip
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.people.queries.links import account_of as account_in
from volunteer_credit.people.rules.pins import check_new_pin
from volunteer_credit.people.rules.sign_in_errors import WeakPinError
from volunteer_credit.people.rules.slips import DEVICE, INVITATION
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.derived import derived
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current
from volunteer_credit.tour.rules.cast import COMMUNITY, VOLUNTEER, Face
from volunteer_credit.tour.rules.errors import TourClosedError
from volunteer_credit.tour.rules.ticket import Ticket

LABEL = "tour"
PIN_PURPOSE = "tour-pin"
PINS = 1_000_000


def person_of(face: Face) -> str:
    """The person behind a face. Raises: TourClosedError where nobody made the demonstration."""
    found = find_persons(db.session(), "phone", face.phone)
    if not found:
        raise TourClosedError
    return found[0]


def account_of(face: Face) -> str:
    """Their account in the community. Raises: TourClosedError."""
    found = account_in(db.session, person_of(face), COMMUNITY)
    if found is None:
        raise TourClosedError
    return found


def enter(face: Face, browser: Browser, key: str) -> SignedIn:
    """Sign a face in on a browser; the volunteer takes part in the points scheme from then on.

    Raises: TourClosedError, TooManyTriesError.
    """
    end_reading()
    person_id = person_of(face)
    if face.is_desk:
        slip = issue_slip(None, DEVICE, person_id, COMMUNITY, f"{key} slip")
        pin = _pin(key)
        made = enrol_device(slip.code, pin, LABEL, browser.address, f"{key} device")
        return sign_in_by_device(made.secret, pin, browser)
    slip = issue_slip(None, INVITATION, person_id, COMMUNITY, f"{key} slip")
    found = sign_in_by_slip(slip.code, browser, f"{key} in")
    if face == VOLUNTEER:
        _join(found.caller, key)
    return found


def leave(caller: Caller, key: str) -> None:
    """End a desk's session and its device: nobody was given either."""
    revoke_device(caller, caller.device_id, "", f"{key} leave")


def visiting(face: Face, address: str, key: str) -> Caller:
    """A face for one act of the server's own; end it with `leave`."""
    return enter(face, Browser(new_id(current().random), address), key).caller


def give_card(ticket: Ticket, key: str) -> str:
    """A new card for the volunteer, whose PIN only this tour can tell; its number."""
    pin_hash = hash_pin(db.session, pin_of(ticket))
    return issue_card(None, person_of(VOLUNTEER), COMMUNITY, f"{key} card", pin_hash).number


def pin_of(ticket: Ticket) -> str:
    """The PIN of the card of this tour: made of the installation's secret, kept nowhere."""
    return _pin(ticket.number)


def _join(caller: Caller, key: str) -> None:
    end_reading()
    if not has_signed(db.session, COMMUNITY, account_of(VOLUNTEER)):
        try:
            sign_contract(caller, COMMUNITY, f"{key} sign")
        except NoConventionError:
            return  # the tour shows hours only


def _pin(name: str) -> str:
    """A PIN that nobody tries first."""
    for turn in range(PINS):
        mac = derived(current()).mac(PIN_PURPOSE, f"{name} {turn}")
        try:
            return check_new_pin(f"{int(mac, 16) % PINS:06}")
        except WeakPinError:
            continue
    raise AssertionError  # nearly every PIN is a good one
