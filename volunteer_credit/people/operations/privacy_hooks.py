"""What higher rooms add to a person's export, leaving and erasure; wiring hands them in."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.people.rules.erasing import Duty
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.runtime import Runtime, current

Link: TypeAlias = tuple[str, str]  # a community, and the account number in its book

# reader, person_id, links → a value of JSON for the person's export
Export: TypeAlias = Callable[[Reader, str, Sequence[Link]], Any]
# inside the community's operation by which an account leaves: close what is open
Leaving: TypeAlias = Callable[[Operation, str], None]
# reader, person_id, links, at_ms → what keeps the person from being erased
Keeping: TypeAlias = Callable[[Reader, str, Sequence[Link], int], list[Duty]]
# inside a community's operation, after the key is gone: delete what a room keeps of an account
Forgetting: TypeAlias = Callable[[Operation, str], None]
# inside the city's last operation: delete what a room keeps of a person_id
ForgettingPerson: TypeAlias = Callable[[Session, str], None]


class PrivacyHooks:
    """The functions, by the name of the room that gave them."""

    def __init__(self, _runtime: Runtime) -> None:
        self.exports: dict[str, Export] = {}
        self.leaving: dict[str, Leaving] = {}
        self.duties: dict[str, Keeping] = {}
        self.forgetting: dict[str, Forgetting] = {}
        self.forgetting_person: dict[str, ForgettingPerson] = {}


def hooks() -> PrivacyHooks:
    """What the current application was given."""
    return current().part(PrivacyHooks, PrivacyHooks)
