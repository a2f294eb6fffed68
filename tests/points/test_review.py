"""What a hostile reading of this room found: one broken book must not stop the points of others."""

import pytest

from volunteer_credit.points.operations import expiring, paying
from volunteer_credit.shared.db_errors import DatabaseGoneError
from volunteer_credit.shared.jobs_turns import in_turn

pytestmark = pytest.mark.engines("sqlite")


def test_one_that_fails_stops_no_other_and_is_told_at_the_end(app: object) -> None:
    assert app
    done: list[int] = []

    def work(each: int) -> int:
        done.append(each)
        return 6 // each

    assert in_turn([1, 2, 3], work) == 11
    with pytest.raises(ZeroDivisionError):
        in_turn([0, 1, 0, 2], work)
    assert done == [1, 2, 3, 0, 1, 0, 2]

    def busy(_each: int) -> int:
        raise DatabaseGoneError

    with pytest.raises(DatabaseGoneError):
        in_turn([1, 2], busy)


def test_both_jobs_take_turns(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app
    found = [("broken", "main"), ("whole", "main")]

    def work(community_id: str, *_fund: str) -> int:
        if community_id == "broken":
            raise ZeroDivisionError
        done.append(community_id)
        return 1

    done: list[str] = []
    monkeypatch.setattr(paying, "waiting_funds", lambda _reader: found)
    monkeypatch.setattr(paying, "_pay_batches", work)
    with pytest.raises(ZeroDivisionError):
        paying.pay_all()

    class Community:
        def __init__(self, community_id: str) -> None:
            self.community_id = community_id

    monkeypatch.setattr(expiring, "communities", lambda _reader: [Community(a) for a, _ in found])
    monkeypatch.setattr(expiring, "_expire", work)
    with pytest.raises(ZeroDivisionError):
        expiring.expire_all()
    assert done == ["whole", "whole"]
