"""What lower rooms are handed from checkins; wiring.py installs it."""

from collections.abc import Sequence

from volunteer_credit.checkins.operations import privacy
from volunteer_credit.checkins.queries.doors import door_of
from volunteer_credit.checkins.queries.presences import presences_of
from volunteer_credit.people.operations.privacy_hooks import PrivacyHooks
from volunteer_credit.projects.queries.used import register_used
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Hand down what other rooms ask of this one."""
    hooks = runtime.part(PrivacyHooks, PrivacyHooks)
    hooks.exports[privacy.ROOM] = privacy.exported
    hooks.duties[privacy.ROOM] = privacy.duties
    hooks.forgetting[privacy.ROOM] = privacy.forget
    hooks.forgetting_person[privacy.ROOM] = privacy.forget_person


def is_begun(reader: Reader, community_id: str, shift_ids: Sequence[str]) -> bool:
    """Whether a shift has a door, or anybody checked in: then it is not taken back."""
    return any(
        door_of(reader, community_id, each) is not None
        or bool(presences_of(reader, community_id, each))
        for each in shift_ids
    )


register_used(is_begun)
