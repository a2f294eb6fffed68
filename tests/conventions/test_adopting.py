"""A convention in the book: proposed and approved by two, in force from its day; contracts."""

import json

import pytest
from flask import Flask

from tests.conventions.adopting import adopt, adopt_document, adoption, day_of, proposed, sign
from tests.conventions.make import changed
from tests.people.make import COMMUNITY, DAY_MS, Town, town
from tests.service.books import notes
from tests.service.make import FakeClock
from volunteer_credit.conventions.operations.adopting import propose_convention
from volunteer_credit.conventions.operations.contracts import (
    AlreadySignedError,
    NoConventionError,
    NotSignedError,
    end_contract,
)
from volunteer_credit.conventions.operations.in_force import (
    ConventionUnknownError,
    convention_named,
    convention_on,
)
from volunteer_credit.conventions.operations.wiring import leave, named_file
from volunteer_credit.conventions.queries.contracts import contract, has_signed, signed_count
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.queries.versions import adoptions
from volunteer_credit.conventions.rules.adoption import Adoption
from volunteer_credit.conventions.rules.adoption_errors import QuorumError, UnchangedError
from volunteer_credit.conventions.rules.reading import decode, encode
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.pair_errors import OwnProposalError
from volunteer_credit.shared.db import db, end_reading

pytestmark = pytest.mark.engines("sqlite")
TEN = templates()["ten_an_hour"]


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


def test_a_convention_governs_from_its_day(place: Town, clock: FakeClock) -> None:
    made = proposed(place, TEN, clock.at_ms)
    today = day_of(clock.at_ms)
    end_reading()
    assert convention_on(db.session, COMMUNITY, today) is None
    with pytest.raises(OwnProposalError):
        approve(place.anna.caller(), COMMUNITY, made.seq, "own")
    approve(place.bo.caller(), COMMUNITY, made.seq, "approve")
    end_reading()
    assert convention_on(db.session, COMMUNITY, today) is None
    found = convention_on(db.session, COMMUNITY, day_of(clock.at_ms + DAY_MS))
    assert found is not None
    assert (found.name, found.convention) == (made.name, TEN)
    assert found.effective_day == day_of(clock.at_ms + DAY_MS)


def test_a_later_version_governs_later_days_only(place: Town, clock: FakeClock) -> None:
    first = adopt(place, clock)

    def cheaper(document: dict[str, dict[str, list[dict[str, object]]]]) -> None:
        document["detailed_rules"]["caps"][0]["centipoints"] = 4000

    second = adopt_document(place, clock, changed(cheaper), "second")
    before, after = (
        convention_on(db.session, COMMUNITY, day_of(clock.at_ms + days * DAY_MS))
        for days in (-1, 0)
    )
    assert before is not None
    assert after is not None
    assert (before.name, after.name) == (first, second)
    assert convention_named(db.session, COMMUNITY, first) == TEN


def test_its_documents_are_published_and_name_what_was_voted(place: Town, clock: FakeClock) -> None:
    name = adopt(place, clock)
    assert named_file(db.session, COMMUNITY, f"document/{name}") == encode(TEN)
    (vote,) = adoptions(db.session, COMMUNITY, name)
    assert decode(Adoption, vote).convention == name
    assert named_file(db.session, COMMUNITY, "state/" + name) is None
    assert named_file(db.session, COMMUNITY, "document/" + "0" * 64) is None
    with pytest.raises(ConventionUnknownError):
        convention_named(db.session, COMMUNITY, "0" * 64)


def test_what_the_law_refuses_is_not_proposed(place: Town, clock: FakeClock) -> None:
    with pytest.raises(QuorumError):
        proposed(place, TEN, clock.at_ms, present=500)
    adopt(place, clock)
    with pytest.raises(UnchangedError):
        proposed(place, TEN, clock.at_ms, "again")
    wang = place.add("王小明")
    vote = adoption(TEN, day_of(clock.at_ms + DAY_MS), 20260601)
    with pytest.raises(NotAllowedError):
        propose_convention(wang.caller(), COMMUNITY, TEN, vote, "by a resident")


def test_a_retry_proposes_once(place: Town, clock: FakeClock) -> None:
    assert proposed(place, TEN, clock.at_ms) == proposed(place, TEN, clock.at_ms)
    end_reading()
    assert [kind for kind in kinds() if kind.startswith("convention.")] == ["convention.proposed"]


def kinds() -> list[str]:
    return [json.loads(each.splitlines()[0])["kind"] for each in notes(COMMUNITY)]


def test_a_contract_is_signed_and_ended_by_ones_own_act(place: Town, clock: FakeClock) -> None:
    wang = place.add("王小明")
    with pytest.raises(NoConventionError):
        sign(wang)
    end_reading()
    name = adopt(place, clock)
    seq = sign(wang, "join")
    assert has_signed(db.session, COMMUNITY, wang.account)
    found = contract(db.session, COMMUNITY, wang.account)
    assert found is not None
    assert (found.convention, found.seq) == (name, seq)
    assert sign(wang, "join") == seq
    with pytest.raises(AlreadySignedError):
        sign(wang, "join again")
    end_contract(wang.caller(), COMMUNITY, "leave")
    end_reading()
    assert not has_signed(db.session, COMMUNITY, wang.account)
    with pytest.raises(NotSignedError):
        end_contract(wang.caller(), COMMUNITY, "leave twice")
    end_reading()
    sign(wang, "back")
    assert signed_count(db.session, COMMUNITY) == 1
    assert [kind for kind in kinds() if kind.startswith("contract.")] == [
        "contract.signed",
        "contract.ended",
        "contract.signed",
    ]


def test_who_leaves_the_community_leaves_its_points(place: Town, clock: FakeClock) -> None:
    wang = place.add("王小明")
    adopt(place, clock)
    sign(wang)
    request = Request(wang.actor("volunteer"), "leaves", "test")
    with perform(COMMUNITY, request) as operation:
        leave(operation, wang.account)
        leave(operation, wang.account)
        operation.answer({})
    end_reading()
    assert not has_signed(db.session, COMMUNITY, wang.account)
    assert kinds()[-1] == "contract.ended"
