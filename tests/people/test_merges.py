"""Two rows of one person made one: by two members of staff, in every book that knows both."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.ledger.make import family, plain
from tests.people.identities import BORN, added, contacts, joined, links, member
from tests.people.make import COMMUNITY, FAR_DAY, OTHER, Resident, Town, number
from tests.service.books import balances, book_balances, replayed
from volunteer_credit.journal.operations.perform import append, perform
from volunteer_credit.journal.rules.requests import CITY, Actor, NewEntry, Request
from volunteer_credit.people.models.credentials import CardRow, TotpRow
from volunteer_credit.people.models.membership import HouseholdMemberRow, MemberRow
from volunteer_credit.people.models.organisations import OrganisationMemberRow
from volunteer_credit.people.models.privacy import AccessRow, ConsentRow
from volunteer_credit.people.models.roles import GrantRow
from volunteer_credit.people.models.vault import GuardianRow, MergeRow, PersonRow, ProxyRow
from volunteer_credit.people.operations import merges
from volunteer_credit.people.operations.guardians import confirm_guardian
from volunteer_credit.people.operations.look_up import note_of
from volunteer_credit.people.operations.merge_notices import merge_notices
from volunteer_credit.people.operations.merges import (
    ProposedMerge,
    approve_merge,
    finish_merges,
    propose_merge,
    withdraw_merge,
)
from volunteer_credit.people.operations.pairs import propose
from volunteer_credit.people.operations.passkey_proof import _is_theirs, user_handle
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.queries.links import account_of
from volunteer_credit.people.queries.persons import merged_into
from volunteer_credit.people.queries.sessions import PasskeyKept
from volunteer_credit.people.rules.authority_errors import NotAllowedError
from volunteer_credit.people.rules.identity import fields_of
from volunteer_credit.people.rules.merging import (
    MergeCityRoleError,
    MergeOpenError,
    MergeSamePersonError,
    MergeUnfinishedError,
    MergeUnknownError,
    NotTheSamePersonError,
    check_same,
    merged_fields,
    merged_links,
)
from volunteer_credit.people.rules.pair_errors import OwnProposalError
from volunteer_credit.people.rules.person_errors import PersonLockedError, PersonUnknownError
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

JOB = Actor("system:points", "system")


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(COMMUNITY, OTHER)


def proposed(
    town: Town, source: Resident, into: Resident, key: str = "p", community: str = COMMUNITY
) -> ProposedMerge:
    caller, pair = town.anna.caller(community=community), (source.person_id, into.person_id)
    return propose_merge(
        caller, *pair, community_id=community, key=" ".join((key, community, *pair))
    )


def approve(town: Town, made: ProposedMerge, key: str = "a", community: str = COMMUNITY) -> None:
    approve_merge(town.bo.caller(community=community), community, made.seq, key)


def merged(town: Town, source: Resident, into: Resident) -> ProposedMerge:
    made = proposed(town, source, into)
    approve(town, made)
    end_reading()
    return made


def kept(owner: Resident) -> PasskeyKept:
    return PasskeyKept(owner.person_id, b"", b"")


def handle_of(each: Resident) -> bytes:
    return user_handle(db.session, each.person_id)


def state(merge_id: str) -> str:
    end_reading()
    return db.session.get_one(MergeRow, merge_id).state


def awarded(*amounts: tuple[str, int]) -> None:
    """Points for some accounts, out of a fund."""
    accounts = [
        family("sponsor:city", "centipoints"),
        family("fund:f1", "centipoints", limited=True),
        *(family(f"wallet:{each}", "centipoints", limited=True) for each, _ in amounts),
    ]
    append(
        COMMUNITY,
        Request(JOB, "open", "test"),
        [NewEntry("account.opened", {"accounts": accounts})],
    )
    grant = [plain("sponsor:city", "fund:f1", 1000, code="granted")]
    data = {"beneficiaries": [], "transfers": grant}
    anna, bo = (
        Actor(number("account", COMMUNITY, name), role)
        for name, role in (("安娜", "staff"), ("薄明", "supervisor"))
    )
    (one,) = append(COMMUNITY, Request(anna, "fund", "test"), [NewEntry("fund.x.proposed", data)])
    two = NewEntry("fund.x.approved", data, refs=[one.seq], transfers=grant)
    append(COMMUNITY, Request(bo, "fund", "test"), [two])
    moves = [
        plain("fund:f1", f"wallet:{who}:f1:202712", many, code="award") for who, many in amounts
    ]
    append(COMMUNITY, Request(JOB, "award", "test"), [NewEntry("points.x", {}, transfers=moves)])


def test_two_who_both_have_points_become_one_root_with_all_of_them(town: Town) -> None:
    source, into = (member(town, name, phone=f"1390000000{n}") for n, name in enumerate("ab"))
    awarded((source.account, 300), (into.account, 500))
    made = merged(town, source, into)
    wallets = [balances()[f"wallet:{each.account}:f1:202712"] for each in (source, into)]
    assert (state(made.merge_id), wallets) == ("approved", [(0, 300, 0, 300), (0, 0, 0, 800)])
    assert db.session.get_one(MergeRow, made.merge_id).decided_by == town.bo.person_id
    book = replayed()
    assert book_balances(book) == balances()
    assert book.parties.root(source.account) == into.account
    assert (
        links(into.person_id).items()
        >= {(COMMUNITY, source.account): 0, (COMMUNITY, into.account): 1}.items()
    )
    assert links(source.person_id) == {}
    assert account_of(db.session, into.person_id, COMMUNITY) == into.account
    assert db.session.get_one(MemberRow, (COMMUNITY, source.account)).state == "merged"
    assert merged_into(db.session, into.person_id) == [source.person_id]
    theirs = [
        _is_theirs(db.session, kept(into), handle_of(each)) for each in (source, into, town.bo)
    ]
    assert theirs == [True, True, False]  # a passkey keeps the handle that it was made with
    with pytest.raises(PersonUnknownError):
        read_person(db.session, source.person_id)
    approve(town, made)  # a retry
    assert finish_merges() == 0


@pytest.mark.engines("sqlite")
def test_one_person_cannot_merge_alone_and_neither_can_the_merged(town: Town) -> None:
    source, into = member(town, "a"), member(town, "b")
    made = proposed(town, source, into)
    with pytest.raises(OwnProposalError):
        approve_merge(town.anna.caller(), COMMUNITY, made.seq, "twice")
    with pytest.raises(NotAllowedError):
        approve_merge(source.caller(), COMMUNITY, made.seq, "own")
    with pytest.raises(MergeSamePersonError):
        proposed(town, town.anna, into)
    assert state(made.merge_id) == "proposed"
    assert replayed().parties.root(source.account) == source.account


@pytest.mark.engines("sqlite")
def test_a_merge_past_the_vault_is_refused(town: Town) -> None:
    source, into = member(town, "a"), member(town, "b")
    data = {
        "beneficiaries": sorted([source.account, into.account]),
        "from": source.account,
        "into": into.account,
        "transfers": [],
    }
    seq = propose(town.anna.caller(), COMMUNITY, "account.merge", data, into.account, "past")
    with pytest.raises(MergeUnknownError):
        approve_merge(town.bo.caller(), COMMUNITY, seq, "past")
    made = proposed(town, source, into)
    assert made.seq == seq  # what waits already is not proposed twice
    approve(town, made)
    assert state(made.merge_id) == "approved"


def test_a_crash_between_book_and_vault_is_finished(town: Town) -> None:
    source, into = member(town, "a"), member(town, "b")
    made = proposed(town, source, into)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merges, "_finish", dies)
        with pytest.raises(KilledError):
            approve(town, made)
    assert state(made.merge_id) == "proposed"
    with pytest.raises(MergeUnfinishedError):
        withdraw_merge(town.anna.caller(), made.merge_id, community_id=COMMUNITY, key="w")
    assert proposed(town, source, into, "again").seq == -1
    assert finish_merges() == 1
    assert state(made.merge_id) == "approved"


class KilledError(Exception):
    """The process died here."""


def dies(_merge_id: str, _by: str) -> None:
    raise KilledError


def test_every_book_that_knows_both_has_to_say_it(town: Town) -> None:
    source, into = member(town, "a"), member(town, "b")
    for each in (source, into):
        each.accounts[OTHER] = joined(town, each.person_id, community_id=OTHER)
    made = proposed(town, source, into)
    approve(town, made)
    assert state(made.merge_id) == "proposed"
    (told,) = merge_notices(source.caller())  # why this record's wallet is empty there
    assert COMMUNITY in told.lines[0].en
    assert OTHER not in told.lines[0].en
    assert merge_notices(into.caller()) == []
    elsewhere = proposed(town, source, into, community=OTHER)
    assert elsewhere.merge_id == made.merge_id
    approve(town, elsewhere, community=OTHER)
    assert state(made.merge_id) == "approved"
    assert merge_notices(into.caller()) == []
    assert replayed(OTHER).parties.root(source.accounts[OTHER]) == into.accounts[OTHER]


@pytest.mark.engines("sqlite")
def test_a_withdrawn_merge_leaves_both_as_they_were(town: Town) -> None:
    source, into, third = (member(town, name) for name in "abc")
    made = proposed(town, source, into)
    with pytest.raises(MergeOpenError):
        proposed(town, third, into, "other")
    for _ in range(2):
        withdraw_merge(town.anna.caller(), made.merge_id, community_id=COMMUNITY, key="w")
    assert state(made.merge_id) == "withdrawn"
    with pytest.raises(MergeUnknownError):
        withdraw_merge(town.anna.caller(), made.merge_id, community_id=COMMUNITY, key="w2")
    with pytest.raises(MergeUnknownError):
        withdraw_merge(town.anna.caller(), "0" * 32, community_id=COMMUNITY, key="w3")
    again = proposed(town, source, into, "again")
    assert again.merge_id != made.merge_id
    assert again.seq > made.seq


@pytest.mark.engines("sqlite")
def test_who_cannot_be_one_is_not_merged(town: Town) -> None:
    parent, other = (member(town, name, birth_day=BORN["adult"]) for name in "ab")
    child_id = added(town, "c", birth_day=BORN["child"])
    confirm_guardian(
        town.anna.caller(), child_id, parent.person_id, community_id=COMMUNITY, key="g"
    )
    child = Resident("c", "", child_id, {COMMUNITY: joined(town, child_id)})
    unborn, gone, helped = (member(town, name) for name in ("d", "e", "f"))
    with transaction() as session:
        session.get_one(PersonRow, gone.person_id).state = "locked"
        helps = {"principal_id": helped.person_id, "proxy_id": other.person_id, "since_ms": 1}
        session.add(ProxyRow(**helps, until_ms=2, confirmed_by="x", consent_how="own"))
    stranger = town.add("路人", communities=[OTHER])
    admin = town.city[0]
    admin.accounts[COMMUNITY] = joined(town, admin.person_id)
    for source, into, refusal in (
        (child, other, NotTheSamePersonError),  # birthdays differ
        (other, other, NotTheSamePersonError),
        (parent, child, NotTheSamePersonError),
        (stranger, other, PersonUnknownError),
        (admin, unborn, MergeCityRoleError),
        (gone, unborn, PersonLockedError),
        (helped, other, NotTheSamePersonError),
    ):
        with pytest.raises(refusal):
            proposed(town, source, into)


def rows_of(source: Resident, into: Resident) -> None:
    """What each of the two has: cards, places in bodies, consents, looks, a household."""
    keys, hers, by = person_keys(current()), source.person_id, {"confirmed_by": "x"}
    rows: list[Any] = []
    for n, each in enumerate((source, into)):
        whose = {"person_id": each.person_id}
        for m, kind in enumerate(("paper", "pass")):
            card = {"card_digest": f"{n}{m}", "number": f"{n}{m}", "kind": kind, "state": "active"}
            rows.append(CardRow(**card, **whose, issued_by="x", issued_at_ms=1))
        place = {"organisation_id": "both", "since_ms": n, "position": "member"}
        rows.append(OrganisationMemberRow(**place, **whose, **by))
        for subject, at_ms in (("both", n), (each.name, n), ("same moment", 5)):
            said = {"purpose": "unit_receipt", "subject": subject, "given_at_ms": at_ms}
            how = {"text_version": 1, "given_by": "x", "given_how": "own"}
            rows.append(ConsentRow(**said, **how, **whose))
    place = {"organisation_id": "hers", "since_ms": 0, "position": "lead"}
    rows.append(OrganisationMemberRow(**place, person_id=hers, **by))
    rows.append(TotpRow(person_id=hers, sealed=b"x", added_at_ms=1))
    rows.append(GuardianRow(minor_id="minor", guardian_id=hers, since_ms=1, **by))
    look = {"access_id": "1", "by_role": "staff", "reason": "x", "action": "person.read"}
    note = keys.seal(hers, note_of("1"), b"why")
    where = {"community_id": COMMUNITY, "at_ms": 1}
    rows.append(AccessRow(person_id=hers, by_person=hers, sealed_note=note, **look, **where))
    home = {"household_id": "h", "since_ms": 1, "is_representative": 1, "state": "confirmed"}
    home |= {"community_id": COMMUNITY, "account": source.account}
    for community, found in ((CITY, rows), (COMMUNITY, [HouseholdMemberRow(**home)])):
        request = Request(Actor("operator:1", "operator"), "rows", "test")
        with perform(community, request) as operation:
            operation.session.add_all(found)
            operation.answer({})


def test_all_that_the_one_had_is_the_others(town: Town) -> None:
    source, into = member(town, "a", phone="13900000001"), member(town, "b", phone="13900000002")
    rows_of(source, into)
    town.grant(source, "cashier", scope="merchant:m")
    town.grant(source, "inspector")
    town.grant(into, "inspector", until_day=20270101)
    with transaction() as session:  # as the book has it
        session.get_one(
            GrantRow, (COMMUNITY, into.account, "inspector", "community")
        ).until_day = 20270101
    merged(town, source, into)
    session = db.session()
    cards = session.execute(select(CardRow.number, CardRow.state, CardRow.person_id)).all()
    assert {(n, s) for n, s, _ in cards} == {
        ("00", "active"),
        ("01", "replaced"),
        ("10", "active"),
        ("11", "active"),
    }
    places = session.execute(select(OrganisationMemberRow)).scalars().all()
    assert {(p.organisation_id, p.until_ms is None) for p in places} == {
        ("both", True),
        ("both", False),
        ("hers", True),
    }
    consents = session.execute(select(ConsentRow)).scalars().all()
    assert sorted((c.subject, c.withdrawn_at_ms is None) for c in consents) == [
        ("a", True),
        ("b", True),
        ("both", False),
        ("both", True),
        ("same moment", True),
    ]
    owned: list[Any] = [*cards, *places, *consents, session.get_one(AccessRow, "1")]
    assert {each.person_id for each in owned} == {into.person_id}
    note = session.get_one(AccessRow, "1").sealed_note
    assert note is not None
    assert person_keys(current()).open(into.person_id, note_of("1"), bytes(note)) == b"why"
    assert session.execute(select(TotpRow)).scalars().all() == []
    assert session.execute(select(GuardianRow.guardian_id)).scalar_one() == into.person_id
    home = session.execute(select(HouseholdMemberRow).where(HouseholdMemberRow.until_ms.is_(None)))
    assert (home.scalar_one().account) == into.account
    grants = session.execute(
        select(GrantRow).where(GrantRow.account.in_([source.account, into.account]))
    )
    found = {(g.account, g.role): g.until_day for g in grants.scalars()}
    assert found == {(into.account, "cashier"): FAR_DAY, (into.account, "inspector"): FAR_DAY}
    held = replayed().parties.grants
    assert held[into.account, "inspector", "community"] == FAR_DAY
    assert contacts(into.person_id) == {"phone"}
    assert session.get_one(PersonRow, source.person_id).merged_into == into.person_id
    fields = read_person(session, into.person_id).fields
    assert (fields.name, fields.phone, fields.reach) == ("b", "13900000002", "desk")


def test_what_one_row_lacked_comes_from_the_other() -> None:
    source = fields_of({"name": "甲", "phone": "13900000001", "reach": "门卫", "skills": ["理发"]})
    into = fields_of(
        {"name": "乙", "phone": "13900000002", "sex": "male", "skills": ["书法", "理发"]}
    )
    one = merged_fields(source, into)
    assert (one.name, one.phone, one.sex) == ("乙", "13900000002", "male")
    assert (one.reach, one.skills) == ("13900000001 门卫", ("书法", "理发"))
    assert merged_fields(source, fields_of({"name": "乙"})).phone == "13900000001"
    assert merged_links((("a", "1"), ("b", "2")), (("b", "3"),)) == (
        (("a", "1"), ("b", "3")),
        (("b", "2"),),
    )


@pytest.mark.parametrize("field", ["id_number", "birth_day", "sex"])
def test_what_contradicts_is_not_one_person(field: str) -> None:
    values = {"id_number": ("1", "2"), "birth_day": (19800101, 19800102), "sex": ("male", "female")}
    one, other = (fields_of({"name": "x", field: value}) for value in values[field])
    with pytest.raises(NotTheSamePersonError):
        check_same(one, other)
    check_same(one, fields_of({"name": "y"}))


def test_a_third_row_of_the_same_person_follows(town: Town) -> None:
    first, second, third = (member(town, name) for name in "abc")
    with transaction() as session:  # as a crash leaves it, before the member's row
        session.delete(session.get_one(MemberRow, (COMMUNITY, first.account)))
        for each, household, since_ms in ((first, "h", 1), (second, "h", 2), (third, "i", 3)):
            row = {"account": each.account, "household_id": household, "since_ms": since_ms}
            row |= {"community_id": COMMUNITY, "state": "declared"}
            session.add(HouseholdMemberRow(**row, is_representative=int(each is first)))
    merged(town, first, second)
    chosen = select(HouseholdMemberRow).where(HouseholdMemberRow.account == second.account)
    assert db.session.execute(chosen).scalar_one().is_representative == 1
    approve(town, proposed(town, second, third, "q"), "b")
    end_reading()
    chosen = chosen.where(HouseholdMemberRow.until_ms.is_(None))
    assert db.session.execute(chosen).first() is None
    assert sorted(merged_into(db.session, third.person_id)) == sorted(
        [first.person_id, second.person_id]
    )
    mine = {account for (code, account), _ in links(third.person_id).items() if code == COMMUNITY}
    assert mine == {first.account, second.account, third.account}
    assert replayed().parties.root(first.account) == third.account


@pytest.mark.engines("sqlite")
def test_an_erasure_takes_an_open_merge_with_it(town: Town) -> None:
    source, into = member(town, "a"), member(town, "b")
    made = proposed(town, source, into)
    person_keys(current()).destroy(source.person_id, current().clock.now_ms())
    approve(town, made)
    assert state(made.merge_id) == "proposed"
