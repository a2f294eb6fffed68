"""What the journal asks this room; wiring installs it."""

from volunteer_credit.journal.operations.after_recovery import AfterRecovery
from volunteer_credit.journal.operations.sealing import Sealing
from volunteer_credit.people.operations.after_recovery import settle_people
from volunteer_credit.people.operations.key_backup import persons_backed_up
from volunteer_credit.shared.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Keys in two places before an entry is sealed; the erased gone again after a recovery."""
    runtime.part(Sealing, Sealing).persons_backed_up = persons_backed_up
    runtime.part(AfterRecovery, AfterRecovery).works.append(settle_people)
