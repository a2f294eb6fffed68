"""What a merge would make of two records, before anybody proposes it: no value is shown."""

from dataclasses import dataclass

from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.cards import card_of
from volunteer_credit.people.operations.desk_view import DeskPerson, desk_person
from volunteer_credit.people.operations.merges import ACTION, check_pair
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries.grants import person_of
from volunteer_credit.people.rules.card_errors import CardUnknownError
from volunteer_credit.people.rules.identity import NAMES
from volunteer_credit.people.rules.merging import merged_fields
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.ids import ID_BYTES
from volunteer_credit.shared.runtime import current

KEPT, FILLED, JOINED = "kept", "filled", "joined"


@dataclass(frozen=True, slots=True)
class MergePreview:
    """`source` goes, `into` stays. `fields`: by name, whether it is kept, filled in or joined."""

    source: DeskPerson
    into: DeskPerson
    fields: dict[str, str]


def other_record(community_id: str, text: str) -> str:
    """The person of a card or pass, or of an account number of this book.

    Raises: CardUnknownError, and as `card_of`.
    """
    number = "".join(text.split()).lower()
    if len(number) != 2 * ID_BYTES:
        return card_of(db.session, text).person_id
    found = person_of(db.session, community_id, number)
    if not found:
        raise CardUnknownError
    return found


def merge_preview(caller: Caller, community_id: str, source_id: str, into_id: str) -> MergePreview:
    """What would become of the two. Raises: as `propose_merge` and `desk_person`."""
    at_ms, target = current().clock.now_ms(), Target(community_id, into_id)
    day = day_of(at_ms)
    found = authorise(db.session, caller, ACTION, target, at_ms=at_ms, day=day)
    both = [desk_person(caller, community_id, each) for each in (source_id, into_id)]
    pair = source_id, into_id
    check_pair(db.session(), pair, community_id, found.person_id, day)
    source, into = (read_person(db.session, each).fields for each in pair)
    after, before = merged_fields(source, into).stored(), into.stored()
    changes = {
        name: FILLED if name not in before else KEPT if after[name] == before[name] else JOINED
        for name in NAMES
        if name in after
    }
    return MergePreview(both[0], both[1], changes)
