"""The drill for a leak: whom would it concern, who is told by when. The report names nobody."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from volunteer_credit.people.queries.breach import concerned, concerned_by_community
from volunteer_credit.people.rules.breach import LEAKS, NOTICES
from volunteer_credit.shared.db import db, end_reading

HOUR_MS = 3_600_000


def breach_drill(leak: str, at_ms: int, person_id: str = "", since_ms: int = 0) -> dict[str, Any]:
    """What a leak of this kind, known at a time (UTC ms), would ask for.

    `person_id`: whose account or device it is; `since_ms`: since when it was in other hands.
    """
    end_reading()
    found, about = LEAKS[leak], (person_id, since_ms)
    return {
        "drill": True,
        "leak": leak,
        "known_at_ms": at_ms,
        "readable": {"zh": found.readable_zh, "en": found.readable_en},
        "concerned": concerned(db.session, found.concerns, *about),
        "by_community": dict(concerned_by_community(db.session, found.concerns, *about)),
        "tell": [
            {**asdict(each), "until_ms": at_ms + each.within_hours * HOUR_MS} for each in NOTICES
        ],
    }


def write_report(report: dict[str, Any], path: Path) -> None:
    """Keep a report. Raises: OSError; a file that is there is never replaced."""
    with path.open("x", encoding="utf-8") as file:
        json.dump(report, file, ensure_ascii=False, indent=1)
        file.write("\n")
