"""Hours of a member, recorded from a paper sheet of the committee: two persons, one call."""

from tests.people.make import COMMUNITY, Resident, Town
from tests.service.make import FakeClock
from volunteer_credit.hours.operations.days import day_of
from volunteer_credit.hours.operations.sheets import propose_sheet
from volunteer_credit.hours.rules.evidence import COMMITTEE, Line, ShiftFacts
from volunteer_credit.people.operations.pairs import approve
from volunteer_credit.shared.db import end_reading

HOUR_MS = 3_600_000


def record_on_paper(
    town: Town, clock: FakeClock, who: Resident, hours: int = 2, key: str = "paper"
) -> None:
    """What ended two hours ago; where no notice is due it is recorded at once."""
    ends_ms = clock.at_ms - 2 * HOUR_MS
    starts_ms = ends_ms - hours * HOUR_MS
    facts = ShiftFacts(
        shift="",
        activity="",
        title="清洁海滩",
        place="海滨广场",
        content="捡拾垃圾",
        category="community_service",
        coefficient="",
        organiser=COMMITTEE,
        organiser_name="居委会",
        lead=town.anna.account,
        day=day_of(starts_ms),
        planned_minutes=60 * hours,
        starts_at_ms=starts_ms,
        ends_at_ms=ends_ms,
    )
    lines = [Line(who.account, 0, 0, starts_ms, ends_ms, 4, 60 * hours)]
    end_reading()
    seq = propose_sheet(town.anna.caller(), COMMUNITY, facts, lines, key)
    end_reading()
    approve(town.bo.caller(), COMMUNITY, seq, f"{key} yes")
    end_reading()
