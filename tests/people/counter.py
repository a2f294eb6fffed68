"""Browsers at a desk: of staff and of a supervisor, each on a device of their own."""

from dataclasses import dataclass

from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import PIN
from tests.people.visitor import Guest
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.shared.db import end_reading

BASE = f"/c/{COMMUNITY}/desk"


@dataclass
class Desk:
    """A town, a resident, and the browsers of staff and of a supervisor on their own devices."""

    app: Flask
    town: Town
    wang: Resident
    staff: Guest
    supervisor: Guest

    @property
    def page(self) -> str:
        return f"{BASE}/person/{self.wang.person_id}"


def enrolled(app: Flask, who: Resident) -> Guest:
    """A browser of somebody that staff enrolled."""
    end_reading()
    code = issue_slip(None, "device", who.person_id, COMMUNITY, f"device {who.person_id}").code
    guest = Guest(app)
    assert guest.send(f"/d/{code}", pin=PIN, pin_again=PIN).status_code == 303
    return guest
