"""The town that every test of the edge copies: made once, two communities, one of each role."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.people.make import COMMUNITY, OTHER, Resident, Town
from tests.people.sign_in_make import give_card, with_cheap_pins
from tests.people.wards import put_city, put_guardian
from tests.publication.make import publish, write
from tests.service.make import AT_MS, FakeClock, settings_for
from volunteer_credit import create_app
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Request
from volunteer_credit.people.models.membership import MemberRow, PlaceRow
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.operations.grants import propose_role
from volunteer_credit.people.rules.grants import RoleGrant
from volunteer_credit.shared.db import WRITE, db, end_reading
from volunteer_credit.shared.runtime import Runtime

GRID, BODY = "7" * 32, "8" * 32
# Each kind of caller, and where they work. `by_card` is staff who signed in with a card.
HOMES = {
    "volunteer": COMMUNITY,
    "volunteer_elsewhere": OTHER,
    "guardian": COMMUNITY,
    "grid_worker": COMMUNITY,
    "coordinator": COMMUNITY,
    "staff": COMMUNITY,
    "by_card": COMMUNITY,
    "staff_elsewhere": OTHER,
    "supervisor": COMMUNITY,
    "inspector": COMMUNITY,
    "fund_manager": COMMUNITY,
    "platform_admin": CITY,
}
ROLES = ("nobody", *HOMES)


@dataclass(frozen=True)
class Settled:
    """A folder with the town, and who lives in it."""

    folder: Path
    people: dict[str, Resident]
    homes: dict[str, str]
    card: str
    proposals: dict[str, int]  # by community: an entry that waits for its second person

    def copy(self, folder: Path) -> None:
        """The same town in another folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)

    def url(self, folder: Path) -> str:
        """The database there."""
        return f"sqlite:///{folder / 'data' / 'service.db'}"


def settle(folder: Path, template: Path) -> Settled:
    """Make the town. Whom the desk may serve: `served` in the grid, `volunteer` outside of it."""
    (folder / "data").mkdir()
    shutil.copyfile(template, folder / "data" / "service.db")
    settings = settings_for(f"sqlite:///{folder / 'data' / 'service.db'}", folder)
    app = create_app(Runtime(settings, FakeClock(), secrets.token_bytes))
    with app.app_context():
        with_cheap_pins()
        town = Town(COMMUNITY, OTHER)
        people, proposals = _people(town), dict[str, int]()
        card = give_card(people["served"])
        for community in (COMMUNITY, OTHER):
            write(town.anna, "example", community)
            proposals[community] = _proposal(town, community)
        publish(COMMUNITY, OTHER, CITY)
        db.session.remove()
        for engine in (db.engine, db.engines[WRITE]):
            engine.dispose()
    return Settled(folder, people, HOMES, card, proposals)


def _people(town: Town) -> dict[str, Resident]:
    found = {
        "volunteer": town.add("王小明"),
        "served": town.add("陈秀英"),
        "ward": town.add("陈小宝"),
        "guardian": town.add("陈大伟"),
        "grid_worker": town.add("周网格"),
        "coordinator": town.add("丁项目"),
        "inspector": town.add("检查员"),
        "fund_manager": town.add("钱管理"),
        "volunteer_elsewhere": town.add("李别处", communities=[OTHER]),
        "staff_elsewhere": town.add("赵别处", communities=[OTHER]),
        "staff": town.add("安社工"),
        "supervisor": town.add("薄监督"),
        "platform_admin": town.city[0],
    }
    put_guardian(found["ward"], found["guardian"])
    town.grant(found["grid_worker"], "grid_worker", scope=f"grid:{GRID}")
    for role in ("staff", "supervisor", "inspector", "fund_manager"):
        town.grant(found[role], role)
    found["by_card"] = found["staff"]
    town.grant(found["staff_elsewhere"], "staff", community=OTHER)
    _put_body(found["coordinator"])
    _put_grid(town, found["served"])
    return found


def _proposal(town: Town, community: str) -> int:
    who = town.add(f"王候选 {community}", communities=[community])
    grant = RoleGrant(who.accounts[community], "supervisor")
    end_reading()
    return propose_role(town.anna.caller(community=community), community, grant, "proposal")


def _put_body(who: Resident) -> None:
    put_city(
        OrganisationRow(
            organisation_id=BODY,
            kind="social_organisation",
            name="和美社会工作服务中心",
            state="active",
            created_at_ms=AT_MS,
        ),
        OrganisationMemberRow(
            organisation_id=BODY,
            person_id=who.person_id,
            since_ms=AT_MS,
            position="coordinator",
            confirmed_by=who.person_id,
        ),
        key="body",
    )


def _put_grid(town: Town, who: Resident) -> None:
    place = PlaceRow(community_id=COMMUNITY, place_id=GRID, kind="grid", name="一网格")
    with perform(COMMUNITY, Request(town.anna.actor("staff"), "grid", "test")) as operation:
        operation.session.add(place)
        row = operation.session.get(MemberRow, (COMMUNITY, who.account))
        assert row is not None
        row.place_id = GRID
        operation.answer({})
