"""What a guardian sees of whom they stand for: points, hours, shifts, sales; and nobody else."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.hours.on_paper import HOUR_MS, record_on_paper
from tests.people.make import COMMUNITY, OPERATOR, Resident
from tests.people.visitor import Guest, forms_of, text_of
from tests.people.wards import put_guardian
from tests.redemptions.make import Market, market
from tests.service.make import FakeClock
from volunteer_credit.hours.operations.own_view import own_hours
from volunteer_credit.hours.rules.errors import RecordMissingError
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.vault import GuardianRow
from volunteer_credit.people.operations.leaving import leave
from volunteer_credit.people.rules.reasons import NoSuchPersonError
from volunteer_credit.projects.operations.own import ward_sign_ups
from volunteer_credit.projects.operations.publishing import publish
from volunteer_credit.projects.rules.drafts import Draft
from volunteer_credit.projects.rules.states import COMMITTEE
from volunteer_credit.redemptions.operations.looking import own_sales
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
GRAIN = "张记粮油"


@dataclass
class Home:
    """王小明 redeems at the shop; 陈妈妈 is his guardian."""

    app: Flask
    town: Market
    ward: Resident
    guardian: Resident
    stranger: Resident

    @property
    def root(self) -> str:
        return f"/me/family/{self.ward.person_id}"

    def guest(self, who: Resident) -> Guest:
        end_reading()
        guest = Guest(self.app)
        guest.be(who)
        return guest

    def paths(self) -> list[str]:
        """Every address about the ward, in the first community."""
        parts = ["", "/activities"]
        parts += [f"/{each}/{COMMUNITY}" for each in ("points", "hours", "redemptions")]
        return [f"{self.root}{each}" for each in parts]


@pytest.fixture
def home(app: Flask, clock: FakeClock) -> Home:
    town = market(clock)
    ward, people = town.who("王小明"), town.street.points.town
    guardian, stranger = people.add("陈妈妈"), people.add("路人")
    put_guardian(ward, guardian)
    end_reading()
    return Home(app, town, ward, guardian, stranger)


def record(home: Home) -> None:
    """Two hours on paper."""
    record_on_paper(home.town.street.points.town, home.town.clock, home.ward)


def test_a_guardian_sees_wallet_hours_shifts_and_sales(home: Home) -> None:
    town = home.town
    name = town.hold("王小明", town.ask(GRAIN, 毛巾=2))
    town.take("张收银", name)
    record(home)
    guest = home.guest(home.guardian)
    page = guest.get(home.root)
    for path in home.paths()[1:]:
        assert f'href="{path}"' in page.text
    points = guest.get(f"{home.root}/points/{COMMUNITY}")
    assert "Points of 王小明" in text_of(points)
    assert "80 points" in text_of(points)
    line = points.text.partition(f'href="{home.root}/points/{COMMUNITY}/line/')[2].partition('"')[0]
    told = guest.get(f"{home.root}/points/{COMMUNITY}/line/{line}")
    assert "Entry in the book" in text_of(told)
    assert f'href="{home.root}/points/{COMMUNITY}"' in told.text
    hours = guest.get(f"{home.root}/hours/{COMMUNITY}")
    assert "Hours of 王小明" in text_of(hours)
    assert "清洁海滩" in text_of(hours)
    one = hours.text.partition(f'href="{home.root}/hours/{COMMUNITY}/')[2].partition('"')[0]
    record_page = guest.get(f"{home.root}/hours/{COMMUNITY}/{one}")
    assert "海滨广场" in text_of(record_page)
    assert guest.get(f"{home.root}/hours/{COMMUNITY}?all=1").status_code == 200
    sold = text_of(guest.get(f"{home.root}/redemptions/{COMMUNITY}"))
    assert "毛巾 × 2 · 20 points" in sold
    api = f"/api/v1{home.root}"
    assert guest.get(f"{api}/points/{COMMUNITY}").get_json()["purse"]["available"] == 8000
    (sale,) = guest.get(f"{api}/redemptions/{COMMUNITY}").get_json()
    assert sale["sale"]["centipoints"] == 2000


def test_a_guardian_signs_up_and_takes_it_back_there(home: Home) -> None:
    anna = home.town.street.points.town.anna
    starts = (home.town.clock.at_ms + HOUR_MS,)
    draft = Draft("清洁家园", "environment", "东岛广场", starts, 60, 3, "捡拾垃圾")
    end_reading()
    made = publish(anna.caller(), COMMUNITY, COMMITTEE, draft, "publish")
    path = f"/c/{COMMUNITY}/activities/{made.activity_id}"
    guest = home.guest(home.guardian)
    there = f"{home.root}/activities"
    assert "Signed up for nothing." in text_of(guest.get(there))
    forms = [each for each in forms_of(guest.get(path)) if each.action == f"{path}/sign-up"]
    for_ward = next(each for each in forms if each.fields["person"] == home.ward.person_id)
    end_reading()
    assert guest.post(for_ward.action, data=for_ward.fields).status_code == 303
    assert "Signed up" in text_of(guest.get(there))
    assert "王小明: " not in text_of(guest.get("/"))
    assert guest.send(there, f"{path}/drop").headers["Location"] == f"{path}?done=dropped"
    assert "Signed up for nothing." in text_of(guest.get(there))


def test_nobody_else_sees_any_of_it_and_neither_does_a_guardian_who_was_one(home: Home) -> None:
    guest = home.guest(home.stranger)
    for path in home.paths():
        assert guest.get(path).status_code == 404, path
    for api in (f"points/{COMMUNITY}", f"redemptions/{COMMUNITY}"):
        assert guest.get(f"/api/v1{home.root}/{api}").status_code == 404
    for who in (home.stranger, home.town.street.points.town.anna):
        with pytest.raises(NoSuchPersonError):
            own_sales(who.caller(), COMMUNITY, home.ward.person_id)
        end_reading()
        with pytest.raises(NoSuchPersonError):
            ward_sign_ups(who.caller(), home.ward.person_id)
    with pytest.raises(RecordMissingError):
        own_hours(home.stranger.caller(), COMMUNITY, home.ward.person_id)
    own = home.guest(home.guardian)
    for path in home.paths():
        assert own.get(path).status_code == 200, path
    assert own.get(f"{home.root}/points/huancui-02").status_code == 404
    assert own.get(f"{home.root}/hours/{COMMUNITY}/{'0' * 32}/1").status_code == 404
    assert own.get(f"{home.root}/points/{COMMUNITY}/line/1/99").status_code == 404
    with perform(CITY, Request(OPERATOR, "end", "test")) as operation:
        key = home.ward.person_id, home.guardian.person_id
        for row in operation.session.query(GuardianRow).all():
            if (row.minor_id, row.guardian_id) == key:
                row.until_ms = operation.at_ms
        operation.answer({})
    end_reading()
    for path in home.paths():
        assert own.get(path).status_code == 404, path


def test_who_has_left_the_community_is_still_seen_by_their_guardian(home: Home) -> None:
    record(home)
    leave(home.ward.caller(), COMMUNITY, "leave")
    end_reading()
    guest = home.guest(home.guardian)
    assert "(left)" in text_of(guest.get(home.root))
    assert "清洁海滩" in text_of(guest.get(f"{home.root}/hours/{COMMUNITY}"))
