"""What lower rooms are handed from hours; wiring.py installs it."""

from volunteer_credit.hours.operations import correcting, sheets, words
from volunteer_credit.hours.operations.merging import moves
from volunteer_credit.hours.operations.pending import pending_hours
from volunteer_credit.hours.operations.places import succeeded
from volunteer_credit.hours.operations.privacy import duties, export, forget
from volunteer_credit.journal.operations.succession_hooks import Succession
from volunteer_credit.people.operations.merge_hooks import MergeHooks
from volunteer_credit.people.operations.privacy_hooks import PrivacyHooks
from volunteer_credit.points.queries.pending import register_pending
from volunteer_credit.shared.runtime import Runtime

EFFECTS = (correcting, sheets, words)  # loading them says what pairs change, and how they are told
register_pending(pending_hours)


def install(runtime: Runtime) -> None:
    """Hand down what other rooms ask of this one."""
    hooks = runtime.part(PrivacyHooks, PrivacyHooks)
    hooks.exports["hours"] = export
    hooks.duties["hours"] = duties
    hooks.forgetting["hours"] = forget
    runtime.part(MergeHooks, MergeHooks).moving["hours"] = moves
    runtime.part(Succession, Succession).succeeded["hours"] = succeeded
