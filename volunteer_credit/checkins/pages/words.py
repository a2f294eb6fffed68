"""What templates of this room need beside the usual."""

from datetime import UTC, datetime
from typing import Any

import flask_babel  # type: ignore[import-untyped] # has no types

from volunteer_credit.checkins.rules.reasons import REASONS
from volunteer_credit.checkins.rules.times import clock_text
from volunteer_credit.hours.rules.flag_words import flag_words
from volunteer_credit.journal.operations.succession_refs import book_query
from volunteer_credit.people.queries.communities import community
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current
from volunteer_credit.shared.units import hours_text, points_text
from volunteer_credit.web.languages import language, t


def words() -> dict[str, Any]:
    """For a blueprint's context."""
    return {
        "clock": clock,
        "hours": lambda minutes: hours_text(minutes, language()),
        "points": points_text,
        "weekday": weekday,
        "flag": lambda code: t(*flag_words(code)),
        "of_book": lambda community_id, book: book_query(db.session, community_id, book),
        "reasons": REASONS,
    }


def clock(at_ms: int | None) -> str:
    """A moment as the wall clock shows it; empty for none."""
    return "" if at_ms is None else clock_text(at_ms, current().settings.utc_offset_minutes)


def weekday(day: int) -> str:
    """周四, Thu."""
    at = datetime.strptime(str(day), "%Y%m%d").replace(tzinfo=UTC)
    return str(flask_babel.format_date(at.date(), "EEE"))


def frame(community_id: str) -> dict[str, str]:
    """The name and the help phone of a community, for the frame of a page."""
    found = community(db.session, community_id)
    return {"community_name": found.name, "help_phone": found.help_phone} if found else {}
