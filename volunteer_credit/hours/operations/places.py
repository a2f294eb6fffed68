"""Where the book now says what an earlier one left: minutes that wait, and records."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select

from volunteer_credit.hours.models.objections import CorrectionRow
from volunteer_credit.hours.models.sheets import LineRow, SheetRow
from volunteer_credit.hours.operations.handing_in import PROPOSED
from volunteer_credit.hours.queries.objections import OPEN
from volunteer_credit.hours.rules.notices import WITHDRAWN
from volunteer_credit.journal.operations.closing import origin_of
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.succession_hooks import Restated
from volunteer_credit.journal.operations.succession_refs import reference

IN_NOTICE, NOWHERE = "noticed", -1
T = TypeVar("T", LineRow, SheetRow, CorrectionRow)


def record_of(operation: Operation, line: LineRow) -> tuple[Any, int]:
    """How an entry refers to a record or its notice, and the number by which its data names it.

    The number is the entry's seq; of an earlier book's the place in the opening that restates it.
    """
    if line.recorded_seq:
        book, seq = line.recorded_book, line.recorded_seq
    else:
        book, seq = line.noticed_book, line.noticed_seq
    if book != operation.head.book and line.opening_seq:
        return line.opening_seq, line.opening_line
    return reference(operation, book, seq), seq


def restated_in(operation: Operation, line: LineRow) -> list[Any]:
    """What says in which book a record's number counts; nothing for one of the book now."""
    book = line.recorded_book if line.recorded_seq else line.noticed_book
    return [] if book == operation.head.book else [record_of(operation, line)[0]]


def reserved(operation: Operation, line: LineRow) -> list[int]:
    """The pending transfer of a line in notice, as the book now names it."""
    is_own = line.noticed_book == operation.head.book
    return [line.noticed_seq if is_own else line.opening_seq, line.transfer]


def succeeded(operation: Operation, restated: Sequence[Restated]) -> None:
    """In a successor: where its opening says each record, and the minutes that wait."""
    found = {_named(each): each for each in restated}
    for line in _all(operation, LineRow):
        here = found.get(_name(operation, line))
        line.opening_seq, line.opening_line = (here.seq, here.place) if here else (0, 0)
        if here and here.transfer >= 0:
            line.transfer = here.transfer
    # Open proposals end with their book: a sheet or a correction is proposed again.
    _end(_all(operation, LineRow), PROPOSED)
    _end(_all(operation, SheetRow), PROPOSED)
    _end(_all(operation, CorrectionRow), OPEN)
    operation.session.flush()


def _end(rows: Sequence[T], state: str) -> None:
    for row in rows:
        row.state = WITHDRAWN if row.state == state else row.state


def _named(restated: Restated) -> tuple[Any, ...]:
    """What a line of the closing state is about, if it is about hours."""
    line = restated.line
    if line["type"] == "record":
        return line["book"], line["record"]
    return tuple(line.get("pending", ()))


def _name(operation: Operation, line: LineRow) -> tuple[Any, ...]:
    """By which name the book before handed a record on, or the minutes that wait."""
    if line.recorded_seq:
        return origin_of(operation.head, line.recorded_book), line.recorded_seq
    if line.state != IN_NOTICE:
        return (NOWHERE,)
    is_of_it = line.noticed_book == operation.head.book - 1
    return line.noticed_seq if is_of_it else line.opening_seq, line.transfer


def _all(operation: Operation, table: type[T]) -> Sequence[T]:
    query = select(table).where(table.community_id == operation.community_id)
    return operation.session.execute(query).scalars().all()
