"""Work of a job for many, such as communities: one that fails stops no other."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from volunteer_credit.shared.db import end_reading
from volunteer_credit.shared.db_errors import DatabaseBusyError, DatabaseGoneError
from volunteer_credit.shared.jobs_runs import error_code

Each = TypeVar("Each")

_log = logging.getLogger(__name__)


def in_turn(whom: Iterable[Each], work: Callable[[Each], int]) -> int:
    """Do the work for each of them; what it came to, added up.

    Raises: DatabaseBusyError, DatabaseGoneError at once; of other failures the first, after all
    have had their turn, so that the run counts as failed and is tried again.
    """
    count, first = 0, None
    for each in list(whom):
        try:
            count += work(each)
        except (DatabaseBusyError, DatabaseGoneError):  # all of them would wait for it
            raise
        except Exception as problem:  # such as a book whose rows were changed
            _log.error("a part of a job failed, the others go on: %s", error_code(problem))
            first = first or problem
            end_reading()
    if first is not None:
        raise first
    return count
