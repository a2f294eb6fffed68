"""What happened in the made-up community until now: shifts at every stage, points, a redemption."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from volunteer_credit.checkins.operations.admitting import admit
from volunteer_credit.checkins.operations.closing import Counted, close_shift
from volunteer_credit.checkins.operations.doors import turn_door
from volunteer_credit.conventions.operations.adopting import propose_convention
from volunteer_credit.conventions.operations.contracts import sign_contract
from volunteer_credit.conventions.operations.shown import today
from volunteer_credit.conventions.queries.shipped import templates
from volunteer_credit.conventions.rules.adoption import FORMAT, Adoption
from volunteer_credit.conventions.rules.document import Convention, Words
from volunteer_credit.conventions.rules.reading import encode, name_of
from volunteer_credit.demo.clock import DAY_MS, HOUR_MS, MINUTE_MS, SeedClock
from volunteer_credit.demo.people import Made
from volunteer_credit.demo.shops import fund as raise_fund
from volunteer_credit.demo.shops import shops
from volunteer_credit.demo.town import (
    CASHIER,
    COMMUNITY,
    COORDINATOR,
    DEPUTY,
    STAFF,
    Town,
    fresh_key,
    resident_in,
    say_clock_is_right,
)
from volunteer_credit.hours.operations.approving import approve_shift
from volunteer_credit.hours.operations.objecting import object_to
from volunteer_credit.hours.operations.sheets import propose_sheet
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.rules.evidence import Line, ShiftFacts
from volunteer_credit.hours.rules.judging import APPROVE, Decision
from volunteer_credit.people.rules.days import local_day
from volunteer_credit.projects.operations.projects import open_project
from volunteer_credit.projects.operations.publishing import publish
from volunteer_credit.projects.operations.signing_up import sign_up
from volunteer_credit.projects.rules.drafts import Draft
from volunteer_credit.projects.rules.plans import Plan
from volunteer_credit.redemptions.operations.deciding import confirm_own
from volunteer_credit.redemptions.operations.holding import hold_at_till
from volunteer_credit.redemptions.rules.selling import Ask
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.runtime import current

SIGNERS, CARDED = 60, 34
DAYS_BACK = 8
COMMITTEE = "committee"
VOTED_DAY, CALLED_DAY = 20260601, 20260515
PLANS = (
    ("桃园清洁行动（演示）", "environment", 30_000_00, 400),
    ("银龄陪伴计划（演示）", "elders", 36_000_00, 380),
    ("守望邻里（演示）", "neighbours", 20_000_00, 200),
)


@dataclass
class Story:
    """The made-up community while its days go by."""

    town: Town
    clock: SeedClock
    people: Sequence[Made]
    cards: dict[str, str]  # by account: the number of a card
    projects: list[str]
    merchants: list[str]

    def carded(self, start: int, count: int) -> list[str]:
        """Accounts of members with a card and a contract."""
        return [each.account for each in self.people[:CARDED]][start : start + count]


def tell(town: Town, clock: SeedClock, people: Sequence[Made], cards: dict[str, str]) -> Story:
    """Let the days go by: until now, where a shift is open at the door."""
    _adopt(town)
    clock.to(DAYS_BACK - 1, 9)
    say_clock_is_right()
    raise_fund(town)
    for each in people[:SIGNERS]:
        sign_contract(resident_in(each.person_id), COMMUNITY, fresh_key())
    merchants = shops(town, today(COMMUNITY))
    story = Story(town, clock, people, cards, _projects(town), merchants)
    _past_saturday(story)
    _paper_sheet(story)
    _redemptions(story)
    _objection(story)
    _today(story)
    return story


def _adopt(town: Town) -> None:
    """The convention that the residents adopted on paper, market every day."""
    template = templates()["ten_an_hour"]
    parameters = replace(template.parameters, market_months=(), market_days=())
    every_day = Words("每天均可兑换。", "Points are redeemed every day.")
    clauses = tuple(
        replace(each, text=every_day) if each.level == "parameters" else each
        for each in template.clauses
    )
    convention = replace(template, clauses=clauses, parameters=parameters)
    now = current().clock.now_ms()
    offset = current().settings.utc_offset_minutes
    vote = _adoption(convention, local_day(now + DAY_MS, offset))
    found = propose_convention(town[STAFF], COMMUNITY, convention, vote, fresh_key())
    town.second(found.seq)


def _adoption(convention: Convention, effective_day: int) -> Adoption:
    return Adoption(
        format=FORMAT,
        convention=name_of(encode(convention)),
        effective_day=effective_day,
        recorded_from="paper",
        assembly="residents_meeting",
        counted="residents",
        eligible=2310,
        present=1204,
        in_favour=1117,
        called_day=CALLED_DAY,
        decided_day=VOTED_DAY,
        special_reason="",
        authorised_day=0,
        comments_from_day=20260401,
        comments_to_day=20260420,
        studied_day=20260425,
        reviewed_day=20260510,
        filed_day=20260608,
        filed_with="subdistrict",
        published_day=20260610,
    )


def _projects(town: Town) -> list[str]:
    first = today(COMMUNITY)
    last = first // 10_000 * 10_000 + 11_231  # the end of next year
    found = []
    for place, (name, category, grant, times) in enumerate(PLANS):
        plan = Plan(name, category, first, last, grant, grant // 4, times, times // 2)
        organiser = COMMITTEE if place == len(PLANS) - 1 else town.organisation_id
        caller = town[STAFF if organiser == COMMITTEE else COORDINATOR]
        found.append(open_project(caller, COMMUNITY, organiser, plan, fresh_key()))
    return found


def _publish(story: Story, title: str, starts_at_ms: int, minutes: int, **more: object) -> str:
    fields: dict[str, object] = {
        "category": "environment",
        "capacity": 30,
        "place": "桃园小区东门",
        "content": "清捡垃圾、整理绿地，分类投放",
        "project_id": story.projects[0],
        **more,
    }
    told = {"title": title, "starts_at_ms": (starts_at_ms,), "minutes": minutes, **fields}
    draft = Draft(**told)  # type: ignore[arg-type] # fields by name
    organiser, caller = story.town.organisation_id, story.town[COORDINATOR]
    return publish(caller, COMMUNITY, organiser, draft, fresh_key()).shift_ids[0]


def _scan(story: Story, shift: str, accounts: Sequence[str], pause_ms: int) -> None:
    for account in accounts:
        number = story.cards[account]
        admit(story.town[COORDINATOR], COMMUNITY, shift, number, fresh_key())
        story.clock.on(pause_ms)


def _close(story: Story, shift: str, heads: int) -> str:
    counted = Counted(heads, all_stayed=True)
    done = close_shift(story.town[COORDINATOR], COMMUNITY, shift, counted, fresh_key())
    return done.sheet_id


def _approve(story: Story, sheet_id: str) -> None:
    end_reading()
    lines = sheets.lines_of(db.session, COMMUNITY, sheet_id)
    decisions = {each.position: Decision(APPROVE) for each in lines}
    approve_shift(story.town[DEPUTY], COMMUNITY, sheet_id, decisions, fresh_key())


def _past_saturday(story: Story) -> None:
    """A shift that is over, approved and paid."""
    clock = story.clock
    clock.to(DAYS_BACK - 2, 8)
    say_clock_is_right()
    starts = current().clock.now_ms() + HOUR_MS
    shift = _publish(story, "周六清洁小区（演示）", starts, 120)
    there = story.carded(0, 20)
    for each in story.people[:12]:
        sign_up(resident_in(each.person_id), COMMUNITY, shift, fresh_key())
    clock.on(55 * MINUTE_MS)
    _scan(story, shift, there, 20_000)
    clock.on(110 * MINUTE_MS)
    _scan(story, shift, there[:-2], 10_000)
    clock.on(10 * MINUTE_MS)
    _approve(story, _close(story, shift, len(there)))
    clock.to(DAYS_BACK - 4, 14)
    say_clock_is_right()
    visit = _publish(story, "陪老人聊天（演示）", current().clock.now_ms(), 90, category="elders")
    _scan(story, visit, story.carded(5, 8), 10_000)
    clock.on(90 * MINUTE_MS)
    _approve(story, _close(story, visit, 8))


def _paper_sheet(story: Story) -> None:
    """What was written on paper stands in the public notice for three working days."""
    clock, town = story.clock, story.town
    clock.to(2, 10)
    say_clock_is_right()
    ended = current().clock.now_ms() - HOUR_MS
    started = ended - 2 * HOUR_MS
    key = fresh_key()
    facts = ShiftFacts(
        shift=key,
        activity=key,
        title="楼道清雪（演示，纸质签到）",
        place="2 号楼",
        content="清扫楼道和台阶积雪",
        category="neighbours",
        coefficient="",
        organiser=COMMITTEE,
        organiser_name="示范社区居民委员会",
        lead=town.hands[STAFF].account or story.people[33].account,
        day=today(COMMUNITY),
        planned_minutes=120,
        starts_at_ms=started,
        ends_at_ms=ended,
    )
    lines = [Line(account, 0, 0, started, ended, 4, 120) for account in story.carded(20, 6)]
    town.second(propose_sheet(town[STAFF], COMMUNITY, facts, lines, fresh_key()))


def _redemptions(story: Story) -> None:
    """Points taken at the community shop, agreed to on the member's phone."""
    story.clock.to(1, 16)
    say_clock_is_right()
    for each in story.people[:4]:
        ask = Ask(story.merchants[0], 10_00)
        number = story.cards[each.account]
        held = hold_at_till(story.town[CASHIER], COMMUNITY, ask, number, fresh_key())
        caller = resident_in(each.person_id)
        confirm_own(caller, COMMUNITY, held, ask.centipoints, fresh_key())
        story.clock.on(MINUTE_MS)


def _objection(story: Story) -> None:
    """Somebody thinks that their time is wrong."""
    who = story.people[2]
    (line, *_rest) = _lines_of(who.account)
    where = (line.sheet_id, line.position)
    caller = resident_in(who.person_id)
    object_to(caller, COMMUNITY, where, "too_short", "我 11 点 20 分才离开", fresh_key())


def _lines_of(account: str) -> list[sheets.SheetLine]:
    end_reading()
    found = sheets.sheets_in(db.session, COMMUNITY, ("decided",), None)
    lines = [e for each in found for e in sheets.lines_of(db.session, COMMUNITY, each.sheet_id)]
    return [each for each in lines if each.account == account]


def _today(story: Story) -> None:
    """One shift waits for its second person, one is at the door now, one takes sign-ups."""
    clock = story.clock
    clock.on(max(clock.left_ms - 150 * MINUTE_MS, 0))
    say_clock_is_right()
    first = _publish(story, "上午巡河（演示）", current().clock.now_ms(), 60)
    _scan(story, first, story.carded(10, 9), 5_000)
    clock.on(70 * MINUTE_MS)
    _close(story, first, 9)
    clock.on(max(clock.left_ms - 10 * MINUTE_MS, 0))
    now = _publish(story, "今天：小区大扫除（演示）", current().clock.now_ms(), 150)
    turn_door(story.town[COORDINATOR], COMMUNITY, now, "open", fresh_key())
    _scan(story, now, story.carded(25, 6), 5_000)
    saturday = _publish(
        story, "下周六：海边捡拾（演示）", current().clock.now_ms() + 7 * DAY_MS, 120, capacity=5
    )
    for each in story.people[:8]:
        sign_up(resident_in(each.person_id), COMMUNITY, saturday, fresh_key())
    clock.on(clock.left_ms)
