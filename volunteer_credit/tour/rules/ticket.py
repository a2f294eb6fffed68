"""The tour as a browser carries it: a signed line of text. Nothing of it is kept elsewhere."""

import re
from dataclasses import dataclass, replace

LIFE_MS = 8 * 3_600_000
TEXT_MAX = 200
_TIME = r"\.([0-9]{1,15})"
_TEXT = re.compile(rf"([0-9a-f]{{32}}){_TIME}{_TIME}\.([0-8])\.([1-8]{{0,8}})\.([0-9]{{8}}|)")


@dataclass(frozen=True, slots=True)
class Ticket:
    """One tour. Times in UTC ms: `began_ms` by the book, `ends_ms` by the machine.

    `at`: the step that was opened last, 0 before any. `looked`: steps that leave no trace in the
    book. `card`: of the volunteer, for the till.
    """

    number: str
    began_ms: int
    ends_ms: int
    at: int = 0
    looked: frozenset[int] = frozenset()
    card: str = ""

    def text(self) -> str:
        """As it is signed."""
        looked = "".join(str(each) for each in sorted(self.looked))
        return f"{self.number}.{self.began_ms}.{self.ends_ms}.{self.at}.{looked}.{self.card}"

    def opened(self, step: int, card: str = "") -> "Ticket":
        """The same at a step."""
        return replace(self, at=step, card=card)

    def seen(self, step: int) -> "Ticket":
        """The same after something was looked at."""
        return replace(self, looked=self.looked | {step})


def parse(text: str, now_ms: int) -> Ticket | None:
    """The ticket of a signed text; None for what reads otherwise or is over."""
    match = _TEXT.fullmatch(text) if len(text) <= TEXT_MAX else None
    if match is None:
        return None
    number, began, ends, at, looked, card = match.groups()
    if int(ends) <= now_ms:
        return None
    seen = frozenset(map(int, looked))
    return Ticket(number, int(began), int(ends), int(at), seen, card)
