"""What waits for a second person: each role sees just what it may approve, and its own."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.people.desks import household
from tests.people.make import COMMUNITY, OPERATOR, Resident, Town, number
from tests.people.visitor import Guest, text_of
from tests.service.rows import built_once
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import Request
from volunteer_credit.people.models.roles import ApprovalRow
from volunteer_credit.people.operations import erasing
from volunteer_credit.people.operations.approvals_seen import proposal_seen, waiting
from volunteer_credit.people.operations.erasing import ask_erasure
from volunteer_credit.people.operations.grants import propose_role
from volunteer_credit.people.operations.pairs import approve, propose
from volunteer_credit.people.operations.sessions import choose_face
from volunteer_credit.people.queries.approvals import Approval
from volunteer_credit.people.rules.grants import RoleGrant
from volunteer_credit.people.rules.pair_errors import ApprovalMissingError
from volunteer_credit.shared.db import end_reading

pytestmark = pytest.mark.engines("sqlite")
BODY, OTHER_BODY = number("body 1"), number("body 2")
PAGE = f"/c/{COMMUNITY}/approvals"
KINDS = ("role", "convention", "fund", "agreement", "points", "settlement", "hours")
MONEY = {"fund", "agreement", "points", "settlement"}


@dataclass
class Office:
    """Somebody of each role, and one proposal of each kind; of hours, one for each body too."""

    app: Flask
    town: Town
    people: dict[str, Resident]
    seqs: dict[str, int]

    def sees(self, who: Resident) -> set[str]:
        end_reading()
        found = waiting(who.caller(), COMMUNITY)
        names = {seq: name for name, seq in self.seqs.items()}
        return {names[each.seq] for each in [*found.mine, *found.rest]}

    def guest(self, who: Resident, face: str = "staff", method: str = "passkey") -> Guest:
        guest = Guest(self.app)
        guest.be(who, method=method)
        choose_face(who.caller(method=method), COMMUNITY, face)
        end_reading()
        return guest


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, *built_once(("approvals seen",), _build))


def _build() -> tuple[Town, dict[str, Resident], dict[str, int]]:
    town, seqs = Town(), dict[str, int]()
    roles = {
        "staff": ("staff", "community"),
        "supervisor": ("supervisor", "community"),
        "fund_manager": ("fund_manager", "community"),
        "other_manager": ("fund_manager", "community"),
        "inspector": ("inspector", "community"),
        "grid_worker": ("grid_worker", f"grid:{number('grid')}"),
        "coordinator": ("coordinator", f"organisation:{BODY}"),
        "organisation_admin": ("organisation_admin", f"organisation:{BODY}"),
    }
    people = {name: town.add(name) for name in roles}
    for name, (role, scope) in roles.items():
        town.grant(people[name], role, scope=scope)
    people["volunteer"] = town.add("volunteer")
    wanted = RoleGrant(people["volunteer"].account, "inspector")
    end_reading()
    seqs["role"] = propose_role(town.anna.caller(), COMMUNITY, wanted, "role")
    for kind in KINDS[1:]:
        is_named = kind in ("convention", "agreement")  # whose shapes their rooms test
        name = f"{'hours' if is_named else kind}.example"
        seqs[kind] = put(town.anna, name, f"subject {kind}")
        if is_named:
            rename(seqs[kind], kind)
    for name, body in (("its sheet", BODY), ("another's sheet", OTHER_BODY)):
        seqs[name] = put(town.anna, "hours.example", f"organisation:{body}")
    return town, people, seqs


def put(by: Resident, name: str, subject: str, of: tuple[str, ...] = ()) -> int:
    end_reading()
    data = {"beneficiaries": sorted(of), "transfers": []}
    return propose(by.caller(), COMMUNITY, name, data, subject, f"{name} {subject}")


def rename(seq: int, kind: str) -> None:
    with perform(COMMUNITY, Request(OPERATOR, f"rename {seq}", "test")) as operation:
        row = operation.session.get_one(ApprovalRow, (COMMUNITY, operation.head.book, seq))
        row.name = kind
        operation.answer({})


ALL = {*KINDS, "its sheet", "another's sheet"}
SEEN = {
    "staff": ALL,
    "supervisor": ALL,
    "fund_manager": MONEY,
    "coordinator": {"its sheet"},
    "organisation_admin": {"its sheet"},
    "inspector": set[str](),
    "grid_worker": set[str](),
    "volunteer": set[str](),
}


def test_each_role_sees_what_it_may_approve_and_no_more(office: Office) -> None:
    assert {role: office.sees(office.people[role]) for role in SEEN} == SEEN
    for role, names in SEEN.items():
        caller = office.people[role].caller()
        for name, seq in office.seqs.items():
            if name in names:
                assert proposal_seen(caller, COMMUNITY, seq).seq == seq
            else:
                with pytest.raises(ApprovalMissingError):
                    proposal_seen(caller, COMMUNITY, seq)


def test_ones_own_is_seen_apart_and_stays_readable_when_decided(office: Office) -> None:
    one, other = (office.people[name] for name in ("fund_manager", "other_manager"))
    seq = put(one, "fund.mine", "fund:f1")
    office.seqs["mine"] = seq
    end_reading()
    found = waiting(one.caller(), COMMUNITY)
    assert [each.seq for each in found.own] == [seq]
    assert "mine" not in office.sees(one)
    assert found.count == len(MONEY)
    assert "mine" in office.sees(other)
    approve(other.caller(), COMMUNITY, seq, "yes")
    end_reading()
    seen: Approval = proposal_seen(one.caller(), COMMUNITY, seq)
    assert seen.state == "approved"
    assert waiting(one.caller(), COMMUNITY).own == []


def test_who_gains_by_it_or_lives_with_them_does_not_see_it(office: Office) -> None:
    gaining, mate = (office.people[name] for name in ("fund_manager", "other_manager"))
    household("f", gaining, mate)
    office.seqs["theirs"] = put(office.town.anna, "points.gain", "x", (gaining.account,))
    assert "theirs" in office.sees(office.people["supervisor"])
    for who in (gaining, mate):
        assert "theirs" not in office.sees(who)
        with pytest.raises(ApprovalMissingError):
            proposal_seen(who.caller(), COMMUNITY, office.seqs["theirs"])


def test_a_card_opens_none_and_who_approves_nothing_is_refused(office: Office) -> None:
    manager = office.people["fund_manager"]
    by_card = office.guest(manager, method="card")
    assert by_card.get(PAGE).status_code == 403
    assert waiting(manager.caller(method="card"), COMMUNITY).count == 0
    for role in ("inspector", "volunteer"):
        face = "volunteer" if role == "volunteer" else "staff"
        guest = office.guest(office.people[role], face)
        assert guest.get(PAGE).status_code == 403
        assert guest.get("/api/v1" + PAGE.replace("/c/", "/communities/")).status_code == 403
        assert f'href="{PAGE}"' not in guest.get("/").text


def test_a_fund_manager_approves_on_the_page_and_home_says_how_many(office: Office) -> None:
    guest = office.guest(office.people["fund_manager"])
    home = guest.get("/")
    assert f'href="{PAGE}"' in home.text
    assert f"{len(MONEY)} wait for you" in text_of(home)
    listed = guest.get(PAGE)
    seqs = {name: f'href="{PAGE}/{seq}"' for name, seq in office.seqs.items()}
    assert {name for name, link in seqs.items() if link in listed.text} == MONEY
    assert guest.get(f"{PAGE}/{office.seqs['role']}").status_code == 404
    called = guest.call("GET", f"/api/v1/communities/{COMMUNITY}/approvals").get_json()
    assert {each["seq"] for each in called} == {office.seqs[name] for name in MONEY}
    one = f"{PAGE}/{office.seqs['settlement']}"
    assert guest.send(one).headers["Location"] == f"{PAGE}?done=approved"
    assert "This is decided" in text_of(guest.get(one))
    ended = guest.send(
        f"{PAGE}/{office.seqs['points']}",
        f"{PAGE}/{office.seqs['points']}/withdraw",
        reason="refused",
    )
    assert ended.status_code == 303
    assert f"{len(MONEY) - 2} wait for you" in text_of(guest.get("/"))
    url = f"/api/v1/communities/{COMMUNITY}/approvals/{office.seqs['role']}/approve"
    assert guest.call("POST", url).status_code == 404
    lead = office.guest(office.people["coordinator"], "coordinator")
    assert "1 wait for you" in text_of(lead.get("/"))
    assert lead.get(f"{PAGE}/{office.seqs['another' + chr(39) + 's sheet']}").status_code == 404


def test_a_proposal_about_who_is_being_erased_keeps_the_list_readable(office: Office) -> None:
    gone, guest = office.town.add("费伊"), office.guest(office.town.bo)
    grant = RoleGrant(gone.account, "inspector")
    seq = propose_role(office.town.anna.caller(), COMMUNITY, grant, "inspector")
    end_reading()
    assert "费○" in text_of(guest.get(PAGE))
    assert erasing._begin(ask_erasure(None, "erase", gone.person_id), gone.person_id)
    end_reading()
    for path in (PAGE, f"{PAGE}/{seq}"):
        page = guest.get(path)
        assert (page.status_code, "费○" in text_of(page)) == (200, False)
