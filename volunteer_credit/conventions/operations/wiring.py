"""What lower rooms are handed from conventions; wiring.py installs it."""

from volunteer_credit.conventions.operations import adopting
from volunteer_credit.conventions.operations.contracts import LEFT, end_in, hand_over, stating
from volunteer_credit.conventions.queries.versions import document
from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.operations.sealing import Sealing
from volunteer_credit.journal.operations.succession_hooks import Succession
from volunteer_credit.people.operations.merge_hooks import MergeHooks
from volunteer_credit.people.operations.privacy_hooks import PrivacyHooks
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import Runtime

EFFECTS = (adopting,)  # loading it says what the approval of a convention changes
_FOLDER = "document/"


def install(runtime: Runtime) -> None:
    """Documents to publish; contracts end with who leaves, and go with a merge."""
    runtime.part(Sealing, Sealing).named_file = named_file
    hooks = runtime.part(PrivacyHooks, PrivacyHooks)
    hooks.leaving["conventions"] = leave
    runtime.part(MergeHooks, MergeHooks).handing_over["conventions"] = hand_over
    runtime.part(Succession, Succession).stating["conventions"] = stating


def named_file(reader: Reader, community_id: str, path: str) -> bytes | None:
    """The bytes of `document/<hash>`, if it is one of this community."""
    if not path.startswith(_FOLDER):
        return None
    return document(reader, community_id, path.removeprefix(_FOLDER))


def leave(operation: Operation, account: str) -> None:
    """Who leaves the community takes no part in its points any more."""
    end_in(operation, account, LEFT)
