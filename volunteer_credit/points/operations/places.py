"""Where the book now says what an earlier one awarded."""

from typing import Any

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.succession_refs import reference
from volunteer_credit.points.models.awards import AwardRow


def followed(operation: Operation, row: AwardRow) -> Any:
    """How an entry refers to what followed a record: of an earlier book the opening that restates.

    Where no opening does, as after a book that was lost, the entry of that book.
    """
    if row.book != operation.head.book and row.opening_seq:
        return row.opening_seq
    return reference(operation, row.book, row.seq)
