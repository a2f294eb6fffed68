"""What a hostile reading of this room found: overtaken proposals, votes to come, digests."""

from typing import Any

import pytest
from flask import Flask

from tests.conventions.adopting import adopt, proposed, sign
from tests.conventions.make import changed
from tests.people.make import COMMUNITY, Town, town
from tests.service.make import FakeClock
from volunteer_credit.conventions.operations import contracts
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.adoption_errors import DayAheadError, OvertakenError
from volunteer_credit.conventions.rules.checks import convention_of
from volunteer_credit.conventions.rules.document_errors import DocumentShapeError
from volunteer_credit.conventions.rules.reading import plain
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.operations.pairs import approve, withdraw
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
TEN = templates()["ten_an_hour"]


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


def cheaper(document: dict[str, Any]) -> None:
    document["detailed_rules"]["caps"][0]["centipoints"] = 4000


def dearer(document: dict[str, Any]) -> None:
    document["detailed_rules"]["caps"][0]["centipoints"] = 9000


def test_a_version_that_was_overtaken_is_not_approved(place: Town, clock: FakeClock) -> None:
    """What it changes, and who may decide that, was judged beside a version that is past."""
    adopt(place, clock)
    one = proposed(place, changed(cheaper), clock.at_ms, "one")
    other = proposed(place, changed(dearer), clock.at_ms, "other")
    end_reading()
    approve(place.bo.caller(), COMMUNITY, one.seq, "approve one")
    end_reading()
    with pytest.raises(OvertakenError):
        approve(place.bo.caller(), COMMUNITY, other.seq, "approve other")
    end_reading()
    withdraw(place.anna.caller(), COMMUNITY, other.seq, "overtaken", "withdraw")
    end_reading()
    again = proposed(place, changed(dearer), clock.at_ms, "again")
    end_reading()
    assert approve(place.bo.caller(), COMMUNITY, again.seq, "approve again") > again.seq


def test_a_vote_that_is_still_to_come_is_not_recorded(place: Town, clock: FakeClock) -> None:
    with pytest.raises(DayAheadError):
        proposed(place, TEN, clock.at_ms, decided_day=20261123, filed_day=20261123)
    with pytest.raises(DayAheadError):
        proposed(place, TEN, clock.at_ms, filed_day=20261123)
    end_reading()
    assert proposed(place, TEN, clock.at_ms, published_day=20261123).seq


def test_a_contract_names_the_account_and_no_person(
    place: Town, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt(place, clock)
    wang, bodies = place.add("王小明"), list[Any]()
    real = Request

    def kept(actor: Any, key: str, name: str, body: Any) -> Any:
        bodies.append(body)
        return real(actor, key, name, body)

    monkeypatch.setattr(contracts, "Request", kept)
    sign(wang, "sign")
    contracts.end_contract(wang.caller(), COMMUNITY, "end", wang.person_id)
    assert bodies == [{"account": wang.account}] * 2


def test_a_field_with_half_of_a_pair_is_refused_in_words() -> None:
    document = {**plain(TEN), "\ud800": 1}
    with pytest.raises(DocumentShapeError) as refusal:
        convention_of(document)
    assert "ud800" in refusal.value.sentence("zh").encode().decode()
