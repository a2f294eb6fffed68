"""What somebody is told on their first page, by the rooms that have something to tell."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from volunteer_credit.people.operations.pair_words import Text
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.runtime import Runtime, current


@dataclass(frozen=True, slots=True)
class Act:
    """One tap: what the button says, where its form goes, and what it sends besides."""

    text: Text
    path: str
    sent: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know. `kind`: done (good news), warning or error. The first act is the usual."""

    kind: str
    title: Text
    lines: tuple[Text, ...] = ()
    link: str = ""
    acts: tuple[Act, ...] = ()


Teller: TypeAlias = Callable[[Caller], list[Notice]]


class Tellers:
    """The functions, by the name of the room that gave them."""

    def __init__(self, _runtime: Runtime) -> None:
        self.by_room: dict[str, Teller] = {}


def notices(caller: Caller) -> list[Notice]:
    """All that the rooms have to tell the caller now."""
    tellers = current().part(Tellers, Tellers).by_room
    return [each for tell in tellers.values() for each in tell(caller)]
