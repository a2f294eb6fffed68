"""What lower rooms are handed from checkins; wiring.py installs it."""

from collections.abc import Sequence

from volunteer_credit.checkins.models.doors import DoorRow
from volunteer_credit.checkins.operations import privacy
from volunteer_credit.checkins.queries.doors import door_of
from volunteer_credit.checkins.queries.presences import presences_of
from volunteer_credit.checkins.queries.scans import guests_of
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.operations.privacy_hooks import PrivacyHooks
from volunteer_credit.projects.operations.moving import register_moved
from volunteer_credit.projects.queries.used import register_come, register_used
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


def is_there(reader: Reader, community_id: str, shift_ids: Sequence[str]) -> bool:
    """Whether somebody came, a guest whom nobody has added yet included."""
    return any(
        bool(presences_of(reader, community_id, each) or guests_of(reader, community_id, each))
        for each in shift_ids
    )


def follow(operation: Operation, shift_id: str, span: tuple[int, int]) -> None:
    """Keep the times of a shift that has a door already."""
    door = operation.session.get(DoorRow, (operation.community_id, shift_id))
    if door is not None:
        door.starts_at_ms, door.ends_at_ms = span


register_used(is_begun)
register_come(is_there)
register_moved(follow)
