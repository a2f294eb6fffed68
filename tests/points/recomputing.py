"""The rules of the service over a published book, as `recompute` runs them."""

from pathlib import Path

from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.reading import decode
from volunteer_credit.journal.operations.replay_export import document
from volunteer_credit.journal.rules.replayed import Replayed
from volunteer_credit.points.rules.recomputing import Recomputation


def computed(folder: Path, entries: list[Replayed]) -> Recomputation:
    def convention(name: str) -> Convention | None:
        data = document(folder, name)
        return decode(Convention, data) if data else None

    found = Recomputation(convention)
    for each in entries:
        found.take(each)
    found.finish()
    return found
