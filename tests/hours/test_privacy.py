"""What a person gets of their hours, what keeps them, and what is gone once they are erased."""

import pytest
from flask import Flask

from tests.hours.make import Square, entries, square
from tests.people.make import COMMUNITY, OPERATOR
from tests.people.wards import put_guardian
from tests.service.books import replayed
from tests.service.make import FakeClock
from volunteer_credit.hours.operations.names import name_in_public, name_on_list
from volunteer_credit.hours.operations.notice_view import notice
from volunteer_credit.hours.operations.objecting import object_to
from volunteer_credit.hours.operations.own_view import own_hours, own_line
from volunteer_credit.hours.operations.privacy import HOURS_OPEN, OBJECTION_OPEN, duties, forget
from volunteer_credit.hours.rules.errors import RecordMissingError
from volunteer_credit.hours.rules.judging import Decision
from volunteer_credit.journal.operations.commitments import is_committed
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.own_export import own_export
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.person_keys_errors import PersonErasedError
from volunteer_credit.shared.runtime import current

pytestmark = pytest.mark.engines("sqlite")
DAY = 20261122


@pytest.fixture
def place(app: Flask, clock: FakeClock) -> Square:
    return square(clock)


def test_the_export_opens_what_the_book_only_commits_to(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera, tier=3), place.line(place.yu))
    place.approve(place.wang, sheet)
    where = (sheet, 1)
    object_to(place.vera.caller(), COMMUNITY, where, "other", "名称写错了", "object")
    end_reading()
    record, objection = own_export(place.vera.caller())["hours"]
    end_reading()
    (noticed,) = (each for each in entries("hours.noticed") if each.seq == record["committed_in"])
    payload, opening = record["payload"].encode(), bytes.fromhex(record["opening"])
    origin = f"weihai.example/{COMMUNITY}/1"
    value = noticed.commitments["service"]
    assert is_committed(value, opening, origin, noticed.id, "service", payload)
    assert not is_committed(value, bytes(32), origin, noticed.id, "service", payload)
    assert objection["words"] == "名称写错了"


def test_what_is_open_keeps_somebody_from_being_erased(place: Square) -> None:
    links = [(COMMUNITY, place.vera.account)]
    known = hooks().duties["hours"]
    assert known is duties
    assert known(db.session, place.vera.person_id, links, 0) == []
    end_reading()
    sheet = place.hand_in(place.line(place.vera))
    assert known(db.session, place.vera.person_id, links, 0) == [HOURS_OPEN]
    end_reading()
    place.approve(place.wang, sheet)
    assert known(db.session, place.vera.person_id, links, 0) == []
    end_reading()
    object_to(place.vera.caller(), COMMUNITY, (sheet, 1), "too_short", "", "object")
    end_reading()
    assert known(db.session, place.vera.person_id, links, 0) == [OBJECTION_OPEN]


def test_erased_the_words_are_unreadable_and_the_book_still_holds(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera, tier=3), place.line(place.yu, tier=3))
    place.approve(place.wang, sheet)
    person_keys(current()).destroy(place.vera.person_id, current().clock.now_ms())
    with pytest.raises(PersonErasedError):
        own_export(place.vera.caller())
    end_reading()
    six = place.vera.account[:6]
    assert name_on_list(db.session, COMMUNITY, place.vera.account) == six
    assert notice(COMMUNITY)[0].volunteer == six
    end_reading()
    with perform(COMMUNITY, Request(OPERATOR, "forget", "test")) as operation:
        forget(operation, place.vera.account)
        operation.answer({})
    end_reading()
    assert [each.account for each in place.lines(sheet)] == [place.yu.account]
    assert place.days_later(4) == 1
    replayed(COMMUNITY)


def test_who_was_erased_meanwhile_stops_nobody_elses_hours(place: Square) -> None:
    sheet = place.hand_in(place.line(place.vera), place.line(place.yu))
    place.paper(place.town.anna, place.vera, key="paper")
    person_keys(current()).destroy(place.vera.person_id, current().clock.now_ms())
    assert place.approve(place.wang, sheet, line1=Decision("approve")).recorded == 2
    assert [bool(each.commitments) for each in entries("hours.noticed")] == [False, True]
    assert [each.committed_seq > 0 for each in place.lines(sheet)] == [False, True]


def test_no_minors_name_is_ever_public(place: Square) -> None:
    child = place.town.add("小敏", birth_day="20110101")
    place.agree(child, "public_notice", COMMUNITY)
    place.agree(place.yu, "public_notice", COMMUNITY)
    assert name_in_public(db.session, COMMUNITY, child.account, DAY) == child.account[:6]
    assert name_in_public(db.session, COMMUNITY, place.yu.account, DAY) == "于○"
    assert name_in_public(db.session, COMMUNITY, place.vera.account, DAY) == place.vera.account[:6]
    assert name_on_list(db.session, COMMUNITY, "f" * 32) == "f" * 6


def test_a_guardian_reads_and_objects_for_a_ward(place: Square) -> None:
    child = place.town.add("小敏", birth_day="20150101")
    put_guardian(child, place.yu)
    sheet = place.hand_in(place.line(child))
    place.approve(place.wang, sheet)
    caller = place.yu.caller()
    assert own_hours(caller, COMMUNITY, child.person_id).minutes == 125
    end_reading()
    where = (sheet, 1)
    assert own_line(caller, COMMUNITY, where, child.person_id).line.minutes == 125
    end_reading()
    assert object_to(caller, COMMUNITY, where, "too_short", "", "for", child.person_id) > 0
    end_reading()
    with pytest.raises(RecordMissingError):
        own_hours(place.vera.caller(), COMMUNITY, child.person_id)
