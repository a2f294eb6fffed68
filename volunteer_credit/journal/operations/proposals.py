"""What a proposal of the book says, for who is about to approve it word for word."""

from dataclasses import dataclass
from typing import Any

from volunteer_credit.journal.operations.perform import Operation
from volunteer_credit.journal.rules.requests import Actor, NewEntry


@dataclass(frozen=True, slots=True)
class Proposal:
    """An open proposal: who made it, and all that its approval has to repeat."""

    name: str
    actor: Actor
    data: dict[str, Any]
    day: int
    rule: dict[str, str] | None
    tier: int
    document: str

    def approval(self, seq: int) -> NewEntry:
        """The entry that approves it."""
        return NewEntry(
            f"{self.name}.approved",
            self.data,
            day=self.day,
            rule=self.rule,
            tier=self.tier,
            refs=[seq],
            transfers=self.data.get("transfers", ()),
            document=self.document,
        )


def open_proposal(operation: Operation, seq: int) -> Proposal | None:
    """The proposal at `seq` of the locked book; none if nothing there is open.

    Raises: RowChangedError.
    """
    operation.writing.prepare([NewEntry("any.withdrawn", {}, refs=[seq])])
    found = operation.writing.log.book.parties.proposals.get(seq)
    if found is None:
        return None
    actor, said = found.actor, found.repeated
    return Proposal(
        found.name,
        Actor(actor.account, actor.role, actor.acts_for),
        dict(said["data"]),
        said.get("day", 0),
        said.get("rule"),
        said.get("tier", 0),
        said.get("document", ""),
    )
