"""News of a shift: a place became free, it changed, it was cancelled; until seen, or begun."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Resident
from tests.people.visitor import Guest, forms_of, text_of
from tests.projects.make import HOUR_MS, SATURDAY_MS, Stage, published, stage
from tests.service.make import FakeClock
from volunteer_credit.journal.rules.errors import IdempotencyKeyUsedError
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.projects.operations.changing import Change, cancel_activity, change_shift
from volunteer_credit.projects.operations.notices import (
    News,
    Seen,
    answer_news,
    news_of,
    notices_of,
)
from volunteer_credit.projects.operations.signing_up import drop, sign_up
from volunteer_credit.projects.queries.sign_ups import state_of
from volunteer_credit.projects.rules import errors
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")


@dataclass
class Shift:
    """One place, which wang has; li waits, and the guardian's child after her."""

    on: Stage
    activity: str
    shift: str

    @property
    def path(self) -> str:
        return f"/c/{COMMUNITY}/activities/{self.activity}"

    def news(self, who: Resident) -> list[tuple[str, str]]:
        end_reading()
        return [(each.who.person_id, each.what) for each in news_of(who.caller())]

    def change(
        self, key: str, at_ms: int = SATURDAY_MS, capacity: int = 1, place: str = ""
    ) -> None:
        end_reading()
        change = Change(at_ms, at_ms + 2 * HOUR_MS, place or "东岛广场", capacity)
        change_shift(self.on.anna.caller(), COMMUNITY, self.shift, change, key)

    def state(self, who: Resident) -> str:
        end_reading()
        return state_of(db.session, COMMUNITY, self.shift, who.account)


@pytest.fixture
def here(app: Flask) -> Shift:
    assert app
    on = stage()
    made = published(on, capacity=1)
    shift = Shift(on, made.activity_id, made.shift_ids[0])
    for who, ward in ((on.wang, ""), (on.li, ""), (on.guardian, on.child.person_id)):
        end_reading()
        sign_up(who.caller(), COMMUNITY, shift.shift, f"up {who.account}", ward)
    return shift


def test_who_moves_up_is_told_until_they_answer(here: Shift) -> None:
    on = here.on
    assert [here.news(each) for each in (on.wang, on.li, on.guardian)] == [[], [], []]
    drop(on.wang.caller(), COMMUNITY, here.shift, "drop")
    assert here.news(on.li) == [("", "place_free")]
    assert here.news(on.wang) == [], "who left knows"
    answer_news(on.li.caller(), COMMUNITY, here.shift, "seen")
    answer_news(on.li.caller(), COMMUNITY, here.shift, "seen")
    assert here.news(on.li) == []
    assert here.state(on.li) == "signed"
    end_reading()
    drop(on.li.caller(), COMMUNITY, here.shift, "drop too")
    child = on.child.person_id
    assert here.news(on.guardian) == [(child, "place_free")]
    with pytest.raises(NotAllowedError):
        answer_news(on.wang.caller(), COMMUNITY, here.shift, "no", child)
    with pytest.raises(errors.NotSignedUpError):
        answer_news(on.wang.caller(), COMMUNITY, here.shift, "mine")
    with pytest.raises(errors.ShiftUnknownError):
        answer_news(on.wang.caller(), COMMUNITY, "0" * 32, "none")
    end_reading()
    answer_news(on.guardian.caller(), COMMUNITY, here.shift, "for the child", child)
    assert here.news(on.guardian) == []


def test_a_change_of_time_or_place_is_told_and_one_of_capacity_is_not(here: Shift) -> None:
    on = here.on
    here.change("more", capacity=2)
    assert here.news(on.wang) == []
    assert here.news(on.li) == [("", "place_free")], "there was room for one more"
    here.change("later", SATURDAY_MS + HOUR_MS, 2, "西门")
    assert here.news(on.wang) == [("", "changed")]
    assert here.news(on.guardian) == [(on.child.person_id, "changed")], "who waits is told too"
    (told,) = notices_of(on.wang.caller())
    assert told.title.en == "Changed, it is now: Sat 28 Nov, 10:00–12:00"
    assert [each.en for each in told.lines] == [
        "清洁家园 · 西门",
        "It was: Sat 28 Nov, 09:00–11:00",
        "The place was: 东岛广场",
    ]
    assert [each.text.en for each in told.acts] == ["I will come", "I cannot come"]
    (waits,) = notices_of(on.guardian.caller())
    assert waits.title.zh.startswith("赵小宝：活动有变")
    assert [each.text.en for each in waits.acts] == ["I have seen it", "They cannot come"]
    (moved,) = notices_of(on.li.caller())
    assert moved.title.en.startswith("A place became free: Sat 28 Nov, 10:00")
    assert len(moved.lines) == 3
    assert [each.text.en for each in moved.acts] == ["I will come", "Give it back"]
    answer_news(on.wang.caller(), COMMUNITY, here.shift, "seen")
    assert here.news(on.wang) == []
    end_reading()
    sign_up(on.chen.caller(), COMMUNITY, here.shift, "after the change")
    assert here.news(on.chen) == []


def test_an_answer_to_old_news_hides_no_newer_ones(here: Shift) -> None:
    """Between the page and the tap the organiser changes it again, or cancels it."""
    on = here.on

    def answer(who: Resident, told: News, key: str, person: str = "") -> None:
        end_reading()
        seen = Seen(told.told.shift.revision, told.told.state)
        answer_news(who.caller(), COMMUNITY, here.shift, key, person, seen)

    def told_to(who: Resident) -> News:
        end_reading()
        (found,) = news_of(who.caller())
        return found

    here.change("later", SATURDAY_MS + HOUR_MS)
    first = told_to(on.wang)
    here.change("much later", SATURDAY_MS + 3 * HOUR_MS)
    answer(on.wang, first, "first")
    second = told_to(on.wang)
    assert second.told.shift.starts_at_ms == SATURDAY_MS + 3 * HOUR_MS
    answer(on.wang, second, "second")
    answer(on.wang, first, "first again")
    assert here.news(on.wang) == []
    waiting = told_to(on.li)
    drop(on.wang.caller(), COMMUNITY, here.shift, "drop")
    answer(on.li, waiting, "who waited")
    freed = told_to(on.li)
    assert (freed.what, freed.told.changed) == ("place_free", False)
    cancel_activity(on.anna.caller(), COMMUNITY, here.activity, "大风预警", "cancel")
    answer(on.li, freed, "I come")
    assert here.news(on.li) == [("", "cancelled")]
    with pytest.raises(IdempotencyKeyUsedError):
        answer(on.li, told_to(on.li), "I come")


def test_a_cancelled_shift_is_told_with_its_reason_until_it_would_have_begun(
    here: Shift, clock: FakeClock
) -> None:
    on = here.on
    cancel_activity(on.anna.caller(), COMMUNITY, here.activity, "大风预警", "cancel")
    assert here.news(on.li) == [("", "cancelled")]
    (told,) = notices_of(on.li.caller())
    assert told.lines[1].zh == "原因：大风预警"
    assert [each.path for each in told.acts] == [f"{here.path}/seen"]
    answer_news(on.li.caller(), COMMUNITY, here.shift, "seen")
    assert here.news(on.li) == []
    assert here.news(on.wang) == [("", "cancelled")]
    clock.pass_ms(SATURDAY_MS - clock.at_ms)
    assert here.news(on.wang) == [], "it would have begun"


def test_the_first_page_says_it_and_takes_the_answer_with_one_tap(here: Shift, app: Flask) -> None:
    on = here.on
    drop(on.wang.caller(), COMMUNITY, here.shift, "drop")
    li = Guest(app)
    li.be(on.li)
    home = li.get("/")
    assert "A place became free: Sat 28 Nov, 09:00–11:00" in text_of(home)
    (news,) = li.call("GET", "/api/v1/me/activities/news").get_json()
    assert (news["what"], news["shift_id"]) == ("place_free", here.shift)
    assert news["revision"] == 0
    page = li.follow(li.send(home, f"{here.path}/seen"))
    assert "Thank you, noted." in text_of(page)
    assert "A place became free" not in text_of(page)
    here.change("later", SATURDAY_MS + HOUR_MS)
    assert li.send("/", f"{here.path}/drop").status_code == 303
    assert here.state(on.li) == "dropped"
    guardian = Guest(app)
    guardian.be(on.guardian)
    home = guardian.get("/")
    assert "赵小宝: A place became free" in text_of(home)
    url = f"/api/v1/communities/{COMMUNITY}/shifts/{here.shift}/sign-ups/seen"
    assert guardian.call("POST", url, {"person_id": on.child.person_id}).status_code == 200
    assert guardian.call("GET", "/api/v1/me/activities/news").get_json() == []
    assert guardian.call("POST", url, {"person_id": on.wang.person_id}).status_code == 403
    assert guardian.call("POST", url, {}).status_code == 409
    sent = {"shift": "x"}
    hidden = home_fields(guardian)
    assert guardian.post(f"{here.path}/seen", data={**hidden, **sent}).status_code == 422


def home_fields(guest: Guest) -> dict[str, str]:
    fields = forms_of(guest.get("/"))[0].fields
    return {name: fields[name] for name in ("_csrf", "_key")}
