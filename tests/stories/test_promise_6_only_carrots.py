"""Promise 6, only carrots: no negative points, no rankings, nobody forced; leaving keeps hours."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask

import volunteer_credit
from tests.checkins.make import tap
from tests.people.make import COMMUNITY
from tests.points.make import entries
from tests.service.make import FakeClock
from tests.stories.afternoon import afternoon, own
from volunteer_credit.conventions.operations.contracts import end_contract
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.document_errors import NegativePointsError
from volunteer_credit.conventions.rules.reading import decode, encode
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
# Words of a page that puts people in an order.
RANKING = re.compile(r"\brank(?!ed)|leader-?board|top[-_ ]?\d+|(?<!不)排名|排行|榜单|红黑榜|末位")
FILES = ("*.html", "*.js")


def test_a_rule_that_takes_points_away_cannot_be_written() -> None:
    document = json.loads(encode(templates()["ten_an_hour"]))
    (band,) = document["detailed_rules"]["earnings"][0]["bands"]
    band["centipoints_per_minutes"] = [-1000, 60]
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    with pytest.raises(NegativePointsError):
        decode(Convention, data.encode())


def test_no_address_and_no_page_ranks_people(app: Flask) -> None:
    assert not [each.rule for each in app.url_map.iter_rules() if RANKING.search(each.rule)]
    root = Path(volunteer_credit.__file__).parent
    pages = [each for kind in FILES for each in root.rglob(kind) if "npm" not in each.parts]
    assert len(pages) > 50
    assert not [each.name for each in pages if RANKING.search(each.read_text(encoding="utf-8"))]
    assert RANKING.search("本月志愿者排行榜")


def test_nobody_has_to_join_and_who_leaves_keeps_the_hours(app: Flask, clock: FakeClock) -> None:
    here = afternoon(clock)
    wang, free = here.scheme.member("王小明"), here.scheme.member("自由人", signed=False)
    here.open()
    here.approve(here.serve(wang, free))
    assert [own(each).line.minutes for each in (wang, free)] == [125, 125]
    assert (here.scheme.points(wang), here.scheme.points(free)) == (20, 0)
    end_contract(wang.caller(), COMMUNITY, "leave")
    end_reading()
    assert (own(wang).line.state, own(wang).line.minutes) == ("recorded", 125)
    assert not [each for each in entries("hours.") if each.kind.endswith("withdrawn")]
    outcome = tap(wang, here.open("again"))
    assert outcome.reason == "in", "the door does not ask"
