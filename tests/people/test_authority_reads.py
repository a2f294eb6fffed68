"""How often authority is read for one request, and what may never be believed of it."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import browser, statements
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Actor, Request
from volunteer_credit.people.gate import PeopleGate
from volunteer_credit.people.models.sessions import SessionRow
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.sessions import (
    SignedIn,
    begin_session,
    choose_face,
    end_where,
)
from volunteer_credit.people.queries.standing import STANDING, asked
from volunteer_credit.people.rules.authority_errors import NotSignedInError
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import WRITE, db, transaction, writer
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.reading import alone
from volunteer_credit.shared.runtime import current

HERE = Target(COMMUNITY)
GATE = PeopleGate()
ACTION = "access.read"


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


def begun(resident: Resident) -> SignedIn:
    """A session of theirs, begun with a passkey."""
    with transaction() as session:
        at_ms = current().clock.now_ms()
        return begin_session(session, resident.person_id, "passkey", browser(), at_ms)


def known(made: SignedIn, community: str = COMMUNITY) -> Caller:
    """Who that is, as the edge knows them in a request to a community."""
    found = GATE.caller(made.token, made.caller.device_id, community)
    assert found is not None
    return found


def do(caller: Caller, key: str) -> None:
    with perform(COMMUNITY, Request(acting(caller, ACTION, COMMUNITY, HERE), key, "t")) as now:
        authorised(now, caller, ACTION, HERE)
        now.answer({})


def test_a_request_reads_it_when_the_caller_is_known_and_again_with_the_lock(town: Town) -> None:
    made = begun(town.anna)
    known(made)
    seen: list[Caller] = []
    sent = statements(lambda: seen.append(known(made)))
    assert len([each for each in sent if "people_grants" in each]) == 1
    (caller,) = seen
    assert statements(lambda: GATE.may(caller, ACTION, COMMUNITY)) == []
    assert statements(lambda: acting(caller, ACTION, COMMUNITY, HERE)) == []
    do(caller, "first")  # and each later question is read again
    assert statements(lambda: GATE.may(caller, ACTION, COMMUNITY)) != []
    sent = statements(lambda: do(caller, "second"))
    lock = next(at for at, each in enumerate(sent) if "journal_heads" in each)
    reads = [at for at, each in enumerate(sent) if "people_sessions" in each]
    assert reads == [lock + 2]  # behind the question whether it is a retry; one statement


@pytest.mark.engines("sqlite")
def test_what_was_read_for_one_community_counts_in_no_other(town: Town) -> None:
    chen = town.add("陈")
    town.grant(chen, "inspector")
    made = begun(chen)
    found = known(made)
    assert not GATE.may(found, ACTION, OTHER)
    assert GATE.may(found, ACTION, COMMUNITY)
    choose_face(found, COMMUNITY, "staff")
    chosen = known(made, "")
    assert chosen.community_id == COMMUNITY
    assert statements(lambda: GATE.may(chosen, ACTION, COMMUNITY)) == []


def test_what_the_operation_has_written_is_read_again(town: Town) -> None:
    caller = known(begun(town.anna))
    request = Request(acting(caller, ACTION, COMMUNITY, HERE), "k", "t")
    with perform(COMMUNITY, request) as now:
        end_where(now.session, 1, SessionRow.session_id == caller.session_id)
        with pytest.raises(NotSignedInError):
            authorised(now, caller, ACTION, HERE)
        now.answer({})


def test_the_answer_that_came_with_the_lock_is_given_once(town: Town) -> None:
    caller = known(begun(town.anna))
    actor = acting(caller, ACTION, COMMUNITY, HERE)
    assert actor.known_by is not None
    assert actor == Actor(actor.account, actor.role)
    with perform(COMMUNITY, Request(actor, "k", "t")) as now:
        other = asked(caller, COMMUNITY, 20991231)
        for values, count in ((other, 1), (actor.known_by[1], 0), (actor.known_by[1], 1)):
            assert len(statements(partial(now.rows, STANDING, values))) == count
        now.answer({})


@pytest.mark.engines("postgresql")
def test_a_reader_whose_connection_was_cut_takes_another(town: Town) -> None:
    made = begun(town.anna)
    caller = known(made)
    with db.engines[WRITE].connect() as other:
        ended = text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        other.execute(ended)
    assert known(made) == caller


def test_a_read_that_fails_keeps_no_connection(town: Town) -> None:
    made = begun(town.anna)
    known(made)
    kept = writer().readers
    first = kept.take()
    kept.keep(first)
    with pytest.raises(DBAPIError):
        alone(Prepared(text("SELECT nothing FROM nowhere")))
    assert first.closed
    assert known(made)
