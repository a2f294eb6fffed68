"""What lower rooms are handed from projects; wiring.py installs it."""

from volunteer_credit.hours.queries.categories import CategoryWords, register_categories
from volunteer_credit.people.operations.notices import Tellers
from volunteer_credit.people.operations.privacy_hooks import PrivacyHooks
from volunteer_credit.projects.operations import privacy
from volunteer_credit.projects.operations.notices import notices_of
from volunteer_credit.projects.queries.catalogue import categories
from volunteer_credit.shared.runtime import Runtime

ROOM = "projects"
register_categories(*(CategoryWords(each.code, each.en, each.zh) for each in categories().values()))


def install(runtime: Runtime) -> None:
    """Hand down what other rooms ask of this one."""
    hooks = runtime.part(PrivacyHooks, PrivacyHooks)
    hooks.exports[ROOM] = privacy.exported
    hooks.leaving[ROOM] = privacy.leave
    hooks.forgetting[ROOM] = privacy.forget
    runtime.part(Tellers, Tellers).by_room[ROOM] = notices_of
