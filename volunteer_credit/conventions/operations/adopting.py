"""A convention comes into the book: proposed with how it was adopted, approved by a second person.

Its vote stands in a document of its own; both are published beside the book. What was adopted on
paper is registered the same way (`recorded_from`: `paper`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volunteer_credit.conventions.models.versions import DocumentRow, VersionRow
from volunteer_credit.conventions.operations.in_force import convention_named, convention_on
from volunteer_credit.conventions.queries.versions import document, versions
from volunteer_credit.conventions.rules.adoption import Adoption, check_adoption
from volunteer_credit.conventions.rules.adoption_errors import OvertakenError
from volunteer_credit.conventions.rules.checks import check
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.policies import fen_per_point_max
from volunteer_credit.conventions.rules.reading import encode, name_of
from volunteer_credit.conventions.rules.succession import check_succession, levels_changed
from volunteer_credit.journal.operations.perform import Operation, perform
from volunteer_credit.journal.rules.requests import Appended, Request
from volunteer_credit.people.operations.authority import acting, authorised
from volunteer_credit.people.operations.pair_words import Line, Text, register_words, same
from volunteer_credit.people.operations.pairs import Form, propose_in, register_effect
from volunteer_credit.people.queries.approvals import proposed_at
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import Reader, retried

PAIR = "convention"
ACTION = "convention.propose"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A convention that waits for its second person. `warnings`: codes of adoption.WARNINGS."""

    seq: int
    name: str
    warnings: tuple[str, ...]


@retried
def propose_convention(
    caller: Caller, community_id: str, convention: Convention, adoption: Adoption, key: str
) -> Proposed:
    """Propose a version together with the record of its adoption.

    Raises: the errors of rules/document_errors.py and rules/adoption_errors.py, and as
    `propose_in` and `authorised`.
    """
    check(convention)
    data, vote, target = encode(convention), encode(adoption), Target(community_id)
    name = name_of(data)
    request = Request(
        acting(caller, ACTION, community_id, target),
        key,
        ACTION,
        {"convention": name, "adoption": name_of(vote)},
    )
    with perform(community_id, request) as operation:
        authorised(operation, caller, ACTION, target)
        if not operation.replayed:
            warnings = _check(operation, convention, adoption)
            for kind, each in ((PAIR, data), ("adoption", vote)):
                _keep(operation, kind, each, name)
            said = {
                "beneficiaries": [],
                "convention": name,
                "effective_day": adoption.effective_day,
                "fen_per_point_max": dict(fen_per_point_max(convention)),
            }
            form = Form(document=name_of(vote))
            made = propose_in(operation, caller, PAIR, said, name, form)
            operation.answer({"seq": made.seq, "warnings": list(warnings)})
    answer = operation.result
    return Proposed(answer["seq"], name, tuple(answer["warnings"]))


def _check(operation: Operation, convention: Convention, adoption: Adoption) -> tuple[str, ...]:
    """Refuse what the law, the convention in force or the history does not allow."""
    reader, community_id = operation.session, operation.community_id
    history = _history(reader, community_id)
    check_succession(history, convention)
    before = history[-1] if history else None
    now = convention_on(reader, community_id, operation.day)
    principles = now.convention.principles if now else convention.principles
    return check_adoption(
        adoption,
        name_of(encode(convention)),
        levels_changed(before, convention),
        principles,
        operation.day,
    )


def _history(reader: Reader, community_id: str) -> Sequence[Convention]:
    found = versions(reader, community_id)
    return [convention_named(reader, community_id, each.name) for each in found]


def _keep(operation: Operation, kind: str, data: bytes, about: str) -> None:
    name = name_of(data)
    if document(operation.session, operation.community_id, name) is None:
        operation.session.add(
            DocumentRow(
                community_id=operation.community_id,
                name=name,
                kind=kind,
                about=about,
                data=data,
                added_at_ms=operation.at_ms,
            )
        )
        operation.session.flush()


def _approved(operation: Operation, data: Mapping[str, Any], made: Appended) -> None:
    """The version is in the book: from its effective day on it governs.

    What was checked at the proposal holds only for the version that was the last one then.
    Raises: OvertakenError.
    """
    session, book = operation.session, operation.head.book
    since = proposed_at(session, operation.community_id, book, made.seq)
    found = versions(session, operation.community_id)
    if any(each.book == book and each.seq > since for each in found):
        raise OvertakenError
    operation.session.add(
        VersionRow(
            community_id=operation.community_id,
            book=operation.head.book,
            seq=made.seq,
            name=data["convention"],
            effective_day=data["effective_day"],
            approved_at_ms=made.at_ms,
        )
    )


def _words(reader: Reader, community_id: str, data: Mapping[str, Any]) -> list[Line]:
    convention = convention_named(reader, community_id, data["convention"])
    title = convention.title
    lines = [
        (Text("公约", "Convention"), Text(title.zh, title.en)),
        (Text("生效日", "Takes effect"), same(data["effective_day"])),
        (Text("条款数", "Clauses"), same(len(convention.clauses))),
    ]
    for fund, fen in sorted(data["fen_per_point_max"].items()):
        about = Text(f"基金 {fund} 每分最高", f"Most that a point of fund {fund} may cost")
        lines.append((about, Text(f"{fen / 100:.2f} 元", f"{fen / 100:.2f} yuan")))
    return lines


register_effect(PAIR, _approved)
register_words(PAIR, Text("居民公约", "A resident convention"), _words)
