"""What a group has announced before it ended: the community's staff look after it, nobody adds."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY
from tests.people.visitor import Guest
from tests.projects.make import BODY, GROUP, HOUR_MS, SATURDAY_MS, draft, position, stage
from volunteer_credit.people.operations.organisation_ends import Ending, end_organisation
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.organisations import OrganisationUnknownError
from volunteer_credit.projects.operations.changing import Change, cancel_activity, change_shift
from volunteer_credit.projects.operations.organisers import looks_after
from volunteer_credit.projects.operations.publishing import publish
from volunteer_credit.projects.queries.shifts import door_shift
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


def test_staff_change_and_cancel_what_an_ended_group_announced(app: Flask) -> None:
    on = stage()
    position(on.chen, GROUP, "coordinator")
    end_reading()
    made = publish(on.chen.caller(), COMMUNITY, GROUP, draft(), "group's")
    end_reading()
    end_organisation(on.anna.caller(), COMMUNITY, GROUP, Ending("inactive"), "end")
    end_reading()
    change = Change(SATURDAY_MS + HOUR_MS, SATURDAY_MS + 2 * HOUR_MS, "西门", 3)
    with pytest.raises(NotAllowedError):
        change_shift(on.chen.caller(), COMMUNITY, made.shift_ids[0], change, "no more")
    end_reading()
    change_shift(on.anna.caller(), COMMUNITY, made.shift_ids[0], change, "staff")
    end_reading()
    assert looks_after(db.session, on.anna.caller(), COMMUNITY, GROUP)
    assert not looks_after(db.session, on.anna.caller(), COMMUNITY, BODY)
    assert not looks_after(db.session, on.chen.caller(), COMMUNITY, GROUP)
    staff = Guest(app)
    staff.be(on.anna)
    path = f"/c/{COMMUNITY}/activities/{made.activity_id}"
    assert staff.get(f"{path}/manage").status_code == 200
    end_reading()
    cancel_activity(on.anna.caller(), COMMUNITY, made.activity_id, "小组已终止", "cancel")
    end_reading()
    found = door_shift(db.session, COMMUNITY, made.shift_ids[0])
    assert found is not None
    assert (found.place, found.state) == ("西门", "cancelled")
    end_reading()
    with pytest.raises(OrganisationUnknownError):
        publish(on.anna.caller(), COMMUNITY, GROUP, draft(), "another")
