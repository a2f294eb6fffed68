"""What the tests of rotation run in other processes: appending until the parent says stop."""

from functools import partial
from multiprocessing.synchronize import Event

from tests.service.books import award, request
from tests.service.workers import persistent, service
from volunteer_credit.journal.operations.perform import append


def append_until(
    url: str, folder: str, community: str, worker: int, started: Event, stop: Event
) -> None:
    """Append one entry after another; busy ones again. Fails by its exit code."""
    with service(url, folder):
        number = 0
        while number == 0 or not stop.is_set():
            asked = request(f"{worker}-{number}")
            persistent(partial(append, community, asked, [award(amount=1)]))
            number += 1
            started.set()
