"""A town with an organisation in it, and activities to sign up for."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.people.make import COMMUNITY, Resident, Town, number
from tests.people.wards import put_city, put_guardian
from tests.service.make import AT_MS
from tests.service.rows import built_once
from volunteer_credit.people.models.organisations import OrganisationMemberRow, OrganisationRow
from volunteer_credit.people.models.vault import ProxyRow
from volunteer_credit.projects.operations.publishing import Published, publish
from volunteer_credit.projects.rules.drafts import Draft
from volunteer_credit.projects.rules.states import COMMITTEE

BODY, GROUP = number("body"), number("group")
HOUR_MS, MINUTE_MS, DAY_MS = 3_600_000, 60_000, 86_400_000
SATURDAY_MS = AT_MS + 6 * DAY_MS + HOUR_MS  # 2026-11-28, 09:00 in Weihai
DRAFT: dict[str, Any] = {
    "title": "清洁家园",
    "category": "environment",
    "place": "东岛广场",
    "starts_at_ms": (SATURDAY_MS,),
    "minutes": 120,
    "capacity": 3,
    "content": "清捡垃圾",
}


@dataclass
class Stage:
    """Who is there: `anna` is staff, `ding` coordinates the body, the rest are volunteers."""

    town: Town
    anna: Resident
    ding: Resident
    wang: Resident
    li: Resident
    chen: Resident
    guardian: Resident
    child: Resident  # 10 years old
    minor: Resident  # 15 years old
    elder: Resident  # `wang` acts for them
    outsider: Resident


def stage() -> Stage:
    """The usual town, from memory after the first time."""
    return built_once(("projects",), partial(_build))


def _build() -> Stage:
    town = Town()
    found = Stage(
        town,
        town.anna,
        town.add("丁项目", phone="13800000101"),
        town.add("王小明", phone="13800000102"),
        town.add("李红", phone="13800000103"),
        town.add("陈秀英", phone="13800000104"),
        town.add("赵妈妈", phone="13800000105"),
        town.add("赵小宝", phone="13800000106", birth_day="20160501"),
        town.add("孙少年", phone="13800000107", birth_day="20110501"),
        town.add("周奶奶", phone="13800000108", birth_day="19400101"),
        town.add("外人", phone="13800000109", communities=[]),
    )
    for body, kind, community in (
        (BODY, "social_organisation", None),
        (GROUP, "group", COMMUNITY),
    ):
        put_city(
            OrganisationRow(
                organisation_id=body,
                kind=kind,
                name={BODY: "和美社工", GROUP: "银龄小组"}[body],
                state="active",
                created_at_ms=AT_MS,
                community_id=community,
            ),
            key=f"body {body}",
        )
    position(found.ding, BODY, "coordinator")
    put_guardian(found.child, found.guardian)
    put_city(
        ProxyRow(
            principal_id=found.elder.person_id,
            proxy_id=found.wang.person_id,
            since_ms=AT_MS,
            consent_how="own",
            confirmed_by=found.wang.person_id,
        ),
        key="proxy",
    )
    return found


def position(who: Resident, body: str, place: str) -> None:
    """Give somebody a position in a body."""
    put_city(
        OrganisationMemberRow(
            organisation_id=body,
            person_id=who.person_id,
            since_ms=AT_MS,
            position=place,
            confirmed_by=who.person_id,
        ),
        key=f"position {who.person_id} {body}",
    )


def draft(**changes: Any) -> Draft:
    """A good draft."""
    return Draft(**{**DRAFT, **changes})


def published(on: Stage, key: str = "publish", *, by: str = "anna", **changes: Any) -> Published:
    """An activity of the committee, or of the body if `ding` publishes."""
    organiser = BODY if by == "ding" else COMMITTEE
    who: Resident = getattr(on, by)
    return publish(who.caller(), COMMUNITY, organiser, draft(**changes), key)
