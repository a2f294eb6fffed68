"""Sessions: how long they last, who ends them, what a cookie alone is worth."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.people.make import COMMUNITY, FAR_DAY, OTHER, Resident, Town
from tests.people.sign_in_make import at_once, browser, statements
from tests.service.make import FakeClock
from volunteer_credit.people.models.sessions import ChallengeRow, CodeRow, CounterRow, SessionRow
from volunteer_credit.people.models.vault import PersonRow
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.challenges import SIGN_IN, new_challenge
from volunteer_credit.people.operations.counters import grow
from volunteer_credit.people.operations.grants import approve_role, propose_role
from volunteer_credit.people.operations.pins import Owner, count_try
from volunteer_credit.people.operations.session_ends import (
    end_all,
    end_other_sessions,
    end_session,
    end_sessions_of,
    forget_sessions,
    own_sessions,
    sign_out,
)
from volunteer_credit.people.operations.sessions import (
    Browser,
    SignedIn,
    begin_session,
    caller_of,
    choose_face,
    day_of,
)
from volunteer_credit.people.operations.sign_in_purge import purge_sign_in
from volunteer_credit.people.rules.authority_errors import NotAllowedError, NotSignedInError
from volunteer_credit.people.rules.grants import RoleGrant
from volunteer_credit.people.rules.sign_in_errors import (
    CredentialMissingError,
    FaceError,
    SignInRefusedError,
)
from volunteer_credit.people.rules.spans import (
    AT_COUNTER,
    AT_DESK,
    OWN_PHONE,
    SHARED_PHONE,
    has_face,
    seen_every_ms,
    span_of,
)
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db, transaction
from volunteer_credit.shared.db_errors import DatabaseBusyError
from volunteer_credit.shared.runtime import current

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def chen(town: Town) -> Resident:
    return town.add("陈晓")


def begun(who: Resident, where: Browser | None = None, method: str = "code") -> SignedIn:
    with transaction() as session:
        now_ms = current().clock.now_ms()
        return begin_session(session, who.person_id, method, where or browser(), now_ms)


def stands(made: SignedIn) -> bool:
    return caller_of(made.token, made.caller.device_id, current().clock.now_ms()) is not None


@pytest.mark.parametrize(
    ("roles", "method", "shared", "span"),
    [
        (set(), "code", False, OWN_PHONE),
        ({"volunteer"}, "slip", False, OWN_PHONE),
        (set(), "device", False, AT_COUNTER),
        ({"cashier"}, "passkey", False, AT_COUNTER),
        ({"cashier", "staff"}, "device", False, AT_DESK),
        ({"supervisor"}, "passkey", False, AT_DESK),
        ({"staff"}, "card", True, SHARED_PHONE),
        (set(), "card", True, SHARED_PHONE),
    ],
)
def test_the_strongest_role_and_the_phone_say_how_long(
    roles: set[str], method: str, shared: bool, span: object
) -> None:
    assert span_of(roles, method, is_shared_phone=shared) == span


def test_a_note_is_written_at_most_every_five_minutes() -> None:
    assert seen_every_ms(OWN_PHONE.idle_ms) == 5 * MINUTE_MS
    assert seen_every_ms(SHARED_PHONE.idle_ms) == MINUTE_MS // 2


def test_a_face_wants_its_role() -> None:
    assert has_face(set(), "volunteer")
    assert has_face({"inspector"}, "staff")
    assert not has_face({"cashier"}, "staff")
    assert not has_face({"staff"}, "owner")


def test_a_cookie_opens_its_session_on_its_browser_only(chen: Resident, clock: FakeClock) -> None:
    made = begun(chen)
    assert caller_of(made.token, made.caller.device_id, clock.now_ms()) == made.caller
    for token, device_id in (
        (made.token, browser("another").device_id),
        (made.token, ""),
        (made.token[:-1] + "x", made.caller.device_id),
        (made.caller.session_id, made.caller.device_id),
        ("", made.caller.device_id),
        ("码" * 10_000, made.caller.device_id),
        (made.token, "码"),
    ):
        assert caller_of(token, device_id, clock.now_ms()) is None
    stored = db.session.execute(select(SessionRow.__table__)).mappings().one()
    assert made.token not in str(dict(stored))


@pytest.mark.engines("sqlite")
def test_to_know_a_caller_is_one_read(chen: Resident, clock: FakeClock) -> None:
    made = begun(chen)
    stands(made)
    assert len(statements(lambda: stands(made))) == 1


@pytest.mark.engines("sqlite")
def test_a_session_slides_while_it_is_used_and_ends_when_not(
    chen: Resident, clock: FakeClock
) -> None:
    made = begun(chen)
    for _ in range(3):
        clock.pass_ms(89 * DAY_MS)
        assert stands(made)
    clock.pass_ms(90 * DAY_MS)
    assert not stands(made)


@pytest.mark.engines("sqlite")
def test_however_used_it_ends_after_its_whole_time(chen: Resident, clock: FakeClock) -> None:
    made = begun(chen)
    for _ in range(6):
        clock.pass_ms(60 * DAY_MS)
        assert stands(made)
    clock.pass_ms(6 * DAY_MS)
    assert not stands(made)


@pytest.mark.engines("sqlite")
def test_staff_are_signed_out_after_a_quarter_of_an_hour_and_a_day_of_work(
    town: Town, clock: FakeClock
) -> None:
    made = begun(town.anna)
    clock.pass_ms(15 * MINUTE_MS)
    assert not stands(made)
    made = begun(town.anna)
    for _ in range(48):
        clock.pass_ms(10 * MINUTE_MS - 1)
        assert stands(made)
    clock.pass_ms(48)
    assert not stands(made)


def test_who_was_here_is_not_written_at_every_request(chen: Resident, clock: FakeClock) -> None:
    def seen() -> int:
        db.session.rollback()
        return db.session.execute(select(SessionRow.seen_at_ms)).scalar_one()

    made = begun(chen)
    began = seen()
    clock.pass_ms(5 * MINUTE_MS - 1)
    stands(made)
    assert seen() == began
    clock.pass_ms(1)
    stands(made)
    assert seen() == began + 5 * MINUTE_MS


@pytest.mark.engines("sqlite")
def test_a_busy_database_does_not_sign_anybody_out(
    chen: Resident, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_about: object) -> None:
        raise DatabaseBusyError(seconds=5)

    made = begun(chen)
    monkeypatch.setattr("volunteer_credit.people.operations.sessions._seen", busy)
    clock.pass_ms(DAY_MS)
    assert stands(made)


@pytest.mark.engines("sqlite")
def test_a_shared_phone_forgets_after_three_minutes_or_when_done(
    chen: Resident, clock: FakeClock
) -> None:
    where = browser("kiosk", is_shared_phone=True)
    made = begun(chen, where, "card")
    assert made.remember_ms == 0
    assert made.caller.is_shared_phone
    clock.pass_ms(3 * MINUTE_MS - 1)
    assert stands(made)
    clock.pass_ms(3 * MINUTE_MS)
    assert not stands(made)
    made = begun(chen, where, "card")
    for _ in range(15):
        clock.pass_ms(2 * MINUTE_MS - 1)
        assert stands(made)
    clock.pass_ms(15)
    assert not stands(made)
    made = begun(chen, where, "card")
    for _ in range(2):
        sign_out(made.caller)
    assert not stands(made)


@pytest.mark.engines("sqlite")
def test_signing_in_gives_a_new_secret_and_ends_the_old_one(chen: Resident) -> None:
    one = begun(chen)
    two = begun(chen, browser(old_token=one.token))
    assert one.token != two.token
    assert one.caller.session_id != two.caller.session_id
    assert stands(two)
    assert not stands(one)


@pytest.mark.parametrize("state", ["pending", "locked", "merged"])
@pytest.mark.engines("sqlite")
def test_who_is_not_active_does_not_sign_in(chen: Resident, state: str) -> None:
    with transaction() as session:
        row = session.get(PersonRow, chen.person_id)
        assert row is not None
        row.state = state
    with pytest.raises(SignInRefusedError):
        begun(chen)
    with transaction() as session, pytest.raises(SignInRefusedError):
        begin_session(session, "0" * 32, "code", browser(), current().clock.now_ms())


def test_own_sessions_are_listed_and_ended_one_by_one(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    one = begun(chen, browser("one", label="华为"))
    clock.pass_ms(1)
    two = begun(chen, browser("two", label="x" * 100))
    other = begun(town.anna)
    seen = own_sessions(one.caller)
    assert [each.session_id for each in seen] == [two.caller.session_id, one.caller.session_id]
    assert [len(each.label) for each in seen] == [60, 2]
    end_session(one.caller, two.caller.session_id)
    assert not stands(two)
    for name in (other.caller.session_id, two.caller.session_id, "nonsense"):
        with pytest.raises(CredentialMissingError):
            end_session(one.caller, name)
    assert stands(other)


def test_all_others_are_ended_and_this_one_stays(town: Town, chen: Resident) -> None:
    made = [begun(chen, browser(str(n))) for n in range(3)]
    other = begun(town.anna)
    assert end_other_sessions(made[0].caller) == 2
    assert [stands(each) for each in [*made, other]] == [True, False, False, True]
    with pytest.raises(NotSignedInError):
        end_other_sessions(made[1].caller)


@pytest.mark.engines("sqlite")
def test_staff_end_the_sessions_of_their_own_people(app: Flask) -> None:
    town = Town(COMMUNITY, OTHER)
    here, there = town.add("陈晓"), town.add("王敏", communities=[OTHER])
    made = [begun(here), begun(there)]
    with pytest.raises(NotAllowedError):
        end_sessions_of(here.caller(), town.anna.person_id, COMMUNITY)
    with pytest.raises(NotAllowedError):
        end_sessions_of(town.anna.caller(), there.person_id, COMMUNITY)
    assert end_sessions_of(town.anna.caller(), here.person_id, COMMUNITY) >= 1
    assert [stands(each) for each in made] == [False, True]


@pytest.mark.engines("sqlite")
def test_an_operation_that_locks_somebody_ends_their_sessions(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    made, other = begun(chen), begun(town.anna)
    with transaction() as session:
        assert end_all(session, chen.person_id, clock.now_ms()) == 1
    assert [stands(each) for each in (made, other)] == [False, True]


def test_a_new_role_shortens_the_sessions_that_stand(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    made, kiosk = begun(chen), begun(chen, browser("kiosk", is_shared_phone=True))
    bo = replace(town.bo.caller(), device_id="0" * 32)  # the second's own phone
    with transaction() as session:
        session.execute(
            update(SessionRow)
            .where(SessionRow.session_id == bo.session_id)
            .values(device_id=bo.device_id)
            .execution_options(synchronize_session=False)
        )
    grant = RoleGrant(chen.account, "inspector", "community", FAR_DAY)
    seq = propose_role(town.anna.caller(), COMMUNITY, grant, "p1")
    assert stands(made)
    approve_role(bo, COMMUNITY, seq, "a1")
    rows = db.session.execute(select(SessionRow.session_id, SessionRow.idle_ms))
    ends = {row.session_id: row.idle_ms for row in rows}
    assert ends[made.caller.session_id] == AT_DESK.idle_ms
    assert ends[kiosk.caller.session_id] == SHARED_PHONE.idle_ms
    clock.pass_ms(15 * MINUTE_MS)
    assert not stands(made)


def test_a_face_is_chosen_among_those_that_one_has(
    town: Town, chen: Resident, clock: FakeClock
) -> None:
    made = begun(town.anna)
    caller = choose_face(made.caller, COMMUNITY, "staff")
    assert (caller.community_id, caller.face) == (COMMUNITY, "staff")
    assert caller_of(made.token, caller.device_id, clock.now_ms()) == caller
    assert choose_face(caller, COMMUNITY, "volunteer").face == "volunteer"
    plain = begun(chen).caller
    for community, face in ((COMMUNITY, "staff"), (OTHER, "volunteer"), (COMMUNITY, "owner")):
        with pytest.raises(FaceError):
            choose_face(plain, community, face)
    sign_out(plain)
    with pytest.raises(NotSignedInError):
        choose_face(plain, COMMUNITY, "volunteer")


@pytest.mark.engines("sqlite")
def test_what_a_caller_says_of_itself_is_not_believed(chen: Resident, clock: FakeClock) -> None:
    made = begun(chen)
    forged: list[Caller] = [
        replace(made.caller, person_id="0" * 32),
        replace(made.caller, device_id="0" * 32),
        replace(made.caller, session_id="0" * 32),
    ]
    for each in forged:
        with pytest.raises(NotSignedInError):
            authorise(
                db.session(),
                each,
                "self.sessions",
                at_ms=clock.now_ms(),
                day=day_of(clock.now_ms()),
            )


def counts() -> list[int]:
    db.session.rollback()
    return [
        db.session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (SessionRow, CodeRow, ChallengeRow)
    ]


def test_after_a_recovery_nobody_is_signed_in(chen: Resident) -> None:
    made = begun(chen)
    new_challenge(SIGN_IN)
    assert counts() == [1, 0, 1]
    forget_sessions()
    assert counts() == [0, 0, 0]
    assert not stands(made)


def test_what_is_over_is_forgotten_in_time(chen: Resident, clock: FakeClock) -> None:
    made, ended = begun(chen), begun(chen, browser("two"))
    sign_out(ended.caller)
    new_challenge(SIGN_IN)
    count_try(Owner("0" * 64), clock.now_ms())
    purge_sign_in(clock.now_ms() + 29 * DAY_MS)
    assert counts() == [2, 0, 0]
    clock.pass_ms(31 * DAY_MS)
    purge_sign_in(clock.now_ms())
    assert counts() == [1, 0, 0]
    assert stands(made)
    purge_sign_in(clock.now_ms() + 90 * DAY_MS)
    assert db.session.execute(select(func.count()).select_from(CounterRow)).scalar_one() == 0
    purge_sign_in(clock.now_ms() + 121 * DAY_MS)
    assert counts() == [0, 0, 0]


def test_a_counter_only_grows_also_at_one_moment(app: Flask, clock: FakeClock) -> None:
    def set_to(value: int) -> bool:
        with transaction() as session:
            return grow(session, "passkey", "0" * 64, value, clock.now_ms())

    assert set_to(5)
    assert not set_to(5)
    assert not set_to(4)
    assert sum(each is True for each in at_once(app, 4, lambda _: set_to(6))) == 1


def test_a_session_seen_by_two_workers_at_once_stands(
    app: Flask, chen: Resident, clock: FakeClock
) -> None:
    made = begun(chen)
    clock.pass_ms(DAY_MS)
    assert at_once(app, 4, lambda _: stands(made)) == [True] * 4


@pytest.mark.engines("sqlite")
def test_a_clock_that_was_wrong_lets_nobody_stay(chen: Resident, clock: FakeClock) -> None:
    """A session that began in the future does not outlive its own end."""
    made = begun(chen)
    with transaction() as session:
        session.execute(
            update(SessionRow)
            .values(seen_at_ms=clock.now_ms() + 10_000 * DAY_MS)
            .execution_options(synchronize_session=False)
        )
    clock.pass_ms(366 * DAY_MS)
    assert not stands(made)
