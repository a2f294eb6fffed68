"""A recorded hour as a replay knows it, and the line by which one book hands it to the next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from volunteer_credit.conventions.rules.award import Service
from volunteer_credit.conventions.rules.tallies import Tally, TallyKey
from volunteer_credit.points.rules.corrections import Owing

NOTHING = Owing(0, 0, 0)
CONTRACT, RECORD, SERVICE, TALLY = "contract", "record", "service", "tally"
MARK: Mapping[str, Any] = {"form": 1, "type": SERVICE}


@dataclass(slots=True, eq=False)
class Record:
    """A recorded hour and its points so far: entry `record` of the book `book`, by its origin.

    `opening`: the entry of the book now that restates it, -1 for one of its own.
    """

    service: Service
    tier: int
    book: str
    record: int
    convention: str = ""
    clause: str = ""
    fund: str = ""
    centipoints: int = 0
    owing: Owing = NOTHING
    opening: int = -1


def record_line(record: Record, turn: int) -> dict[str, Any]:
    """The line of a record; `turn`: how-manieth it waits for its fund, 0 where it does not."""
    service, owing = record.service, record.owing
    return {
        "account": service.account,
        "book": record.book,
        "category": service.category,
        "centipoints": record.centipoints,
        "clause": record.clause,
        "coefficient": service.coefficient,
        "convention": record.convention,
        "day": service.day,
        "debt": owing.debt,
        "fund": record.fund,
        "minutes": service.minutes,
        "month": owing.month,
        "planned_minutes": service.planned_minutes,
        "record": record.record,
        "tier": record.tier,
        "turn": turn,
        "type": RECORD,
        "waiting": owing.waiting,
    }


def record_of(line: Mapping[str, Any], opening: int) -> Record:
    """The record of a line that an opening restates."""
    names = ("account", "day", "category", "minutes", "coefficient", "planned_minutes")
    return Record(
        Service(*(line[name] for name in names)),
        line["tier"],
        line["book"],
        line["record"],
        line["convention"],
        line["clause"],
        line["fund"],
        line["centipoints"],
        Owing(line["waiting"], line["debt"], line["month"]),
        opening,
    )


def tally_lines(tallies: Mapping[TallyKey, Tally]) -> Iterator[dict[str, Any]]:
    """The lines of all tallies that count anything."""
    for key, tally in tallies.items():
        if tally.counted:
            yield {
                "account": key.account,
                "clause": key.clause,
                "counted": tally.counted,
                "epoch": key.epoch,
                "given": tally.given,
                "period": key.period,
                "type": TALLY,
            }


def contract_lines(signed: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The lines of who takes part; `signed`: the convention by account, empty where it ended."""
    for account, convention in signed.items():
        if convention:
            yield {"account": account, "convention": convention, "type": CONTRACT}


def lines_of(
    records: Iterable[Record],
    waiting: Mapping[str, list[Record]],
    tallies: Mapping[TallyKey, Tally],
    signed: Mapping[str, str],
) -> list[dict[str, Any]]:
    """All that a book hands on of its points, in no order."""
    turns = {id(each): turn for queue in waiting.values() for turn, each in enumerate(queue, 1)}
    lines = [dict(MARK), *contract_lines(signed), *tally_lines(tallies)]
    return [*lines, *(record_line(each, turns.get(id(each), 0)) for each in records)]
