"""What the journal asks this room; wiring installs it."""

from volunteer_credit.journal.operations.after_recovery import AfterRecovery
from volunteer_credit.journal.operations.sealing import Sealing
from volunteer_credit.journal.operations.succession_hooks import Succession
from volunteer_credit.people.operations.accepting import founding_notices
from volunteer_credit.people.operations.after_recovery import settle_people
from volunteer_credit.people.operations.key_backup import persons_backed_up
from volunteer_credit.people.operations.merge_notices import merge_notices
from volunteer_credit.people.operations.notices import Tellers
from volunteer_credit.people.operations.pairs import end_with_book
from volunteer_credit.people.operations.proxy_view import notices_of
from volunteer_credit.shared.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Keys in two places before an entry is sealed; the erased gone again after a recovery.

    And what people themselves have to tell on somebody's first page.
    """
    runtime.part(Sealing, Sealing).persons_backed_up = persons_backed_up
    tellers = runtime.part(Tellers, Tellers).by_room
    tellers["founding"], tellers["merges"] = founding_notices, merge_notices
    tellers["proxies"] = notices_of
    runtime.part(Succession, Succession).succeeded["people"] = end_with_book
    runtime.part(AfterRecovery, AfterRecovery).works.append(settle_people)
