"""A whole made-up city: 337 communities, 77 projects, 31,000 person-times; more people if wanted.

The figures are those of Weihai. It takes minutes, goes on community by community and says how far
it is; nothing of it is for a service that counts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from volunteer_credit.demo.clock import HOUR_MS, SeedClock
from volunteer_credit.demo.people import ADULT_BIRTH, names
from volunteer_credit.demo.town import (
    STAFF,
    SUPERVISOR,
    Face,
    Hand,
    accepted,
    desk,
    fields_of,
    fresh_key,
    say_clock_is_right,
)
from volunteer_credit.hours.operations.recording import record_in
from volunteer_credit.hours.operations.sheets import propose_sheet
from volunteer_credit.hours.rules.evidence import COMMITTEE, PAPER_LINES_MAX, Line, ShiftFacts
from volunteer_credit.people.operations.arrivals import add_member
from volunteer_credit.people.operations.founding import found_community
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.projects.operations.projects import open_project
from volunteer_credit.projects.rules.plans import Plan
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.runtime import current

COMMUNITIES, PROJECTS = 337, 77
GRANT_FEN, PERSON_TIMES = 280_000_000, 31_000
DAYS_BACK = 12
MINUTES = 120
Progress = Callable[[str, int, int], None]  # what, how many are done, of how many


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a city: fewer in tests, as it is by default."""

    communities: int = COMMUNITIES
    projects: int = PROJECTS
    person_times: int = PERSON_TIMES
    people: int = 0  # beside the members of projects
    members: int = 40  # of a community with a project


def seed_city(clock: SeedClock, scale: Scale, told: Progress, *, is_new: bool) -> int:
    """Make the city; how many communities. Raises: DemoOnlyError, CityNotEmptyError."""
    hands = desk(is_new=is_new)
    both = (hands[STAFF].person_id, hands[SUPERVISOR].person_id)
    codes = [f"demo-{number:03}" for number in range(1, scale.communities + 1)]
    for number, code in enumerate(codes, 1):
        found_community(None, code, f"示范社区 {number}", both, fresh_key())
        accepted(hands, code)
        told("communities", number, len(codes))
    at_work = codes[: scale.projects]
    members: dict[str, list[str]] = {}
    for number, code in enumerate(at_work, 1):
        members[code] = list(_members(hands[STAFF](), code, scale.members))
        _project(hands[STAFF](), code, number, scale)
        told("projects", number, len(at_work))
    _person_times(hands, members, scale, told)
    clock.to(1, 9)
    for number, code in enumerate(at_work, 1):
        say_clock_is_right(code)
        record_in(code, f"demo {code}")
        told("recorded", number, len(at_work))
    for number in range(scale.people):
        code = codes[number % len(codes)]
        list(_members(hands[STAFF](), code, 1, number // len(codes) + scale.members))
        told("people", number + 1, scale.people)
    return len(codes)


def _members(caller: Caller, code: str, count: int, skip: int = 0) -> Iterator[str]:
    for number, name in enumerate(names(skip + count)):
        if number < skip:
            continue
        fields = parse_fields({**fields_of(name, ""), "birth_day": ADULT_BIRTH + number % 28})
        yield add_member(caller, fields, community_id=code, key=fresh_key()).account


def _project(caller: Caller, code: str, number: int, scale: Scale) -> None:
    first = _today()
    last = first // 10_000 * 10_000 + 11_231
    grant, times = GRANT_FEN // PROJECTS, scale.person_times // scale.projects
    plan = Plan(
        f"公益创投项目 {number}（演示）", "neighbours", first, last, grant, 0, times, times // 2
    )
    open_project(caller, code, COMMITTEE, plan, fresh_key())


def _person_times(
    hands: dict[Face, Hand], members: dict[str, list[str]], scale: Scale, told: Progress
) -> None:
    """Paper sheets of up to 64 lines, each signed by two; person-times evenly over the projects."""
    share = -(-scale.person_times // scale.projects)
    done = 0
    for code, accounts in members.items():
        left = min(share, scale.person_times - done)
        done += left
        while left > 0:
            lines = accounts[: min(left, len(accounts), PAPER_LINES_MAX)]
            _sheet(hands, code, lines)
            left -= len(lines)
        told("person-times", done, scale.person_times)


def _sheet(hands: dict[Face, Hand], code: str, accounts: list[str]) -> None:
    ended = current().clock.now_ms() - HOUR_MS
    started, key = ended - 2 * HOUR_MS, fresh_key()
    facts = ShiftFacts(
        shift=key,
        activity=key,
        title="邻里互助（演示）",
        place="社区活动室",
        content="邻里互助和环境维护",
        category="neighbours",
        coefficient="",
        organiser=COMMITTEE,
        organiser_name="社区居民委员会",
        lead=accounts[0],
        day=_today(),
        planned_minutes=MINUTES,
        starts_at_ms=started,
        ends_at_ms=ended,
    )
    lines = [Line(account, 0, 0, started, ended, 4, MINUTES) for account in accounts]
    seq = propose_sheet(hands[STAFF](), code, facts, lines, fresh_key())
    approve(hands[SUPERVISOR](), code, seq, fresh_key())


def _today() -> int:
    return local_day(current().clock.now_ms(), current().settings.utc_offset_minutes)
