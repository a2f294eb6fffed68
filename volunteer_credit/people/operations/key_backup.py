"""Whether the keys of all persons in some entries are in their second store: asked before sealing.

What an entry makes public for good must not hang on a key that one disk can lose (design §3.5).
"""

import re

from volunteer_credit.journal import queries as journal
from volunteer_credit.journal.rules.head import head_of
from volunteer_credit.people.queries.links import persons_of
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.person_keys_errors import PersonKeyNotBackedUpError
from volunteer_credit.shared.runtime import current

# Whoever acts or is named, in whatever field; an entry's own number is nobody's account.
_ACCOUNT = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def persons_backed_up(reader: Reader, community_id: str, seqs: range) -> bool:
    """Whether everybody in these entries has a key in its second store, after asking for it.

    Raises: as `PersonKeys.back_up`.
    """
    row = journal.head_row(reader, community_id)
    if row is None:
        return True
    accounts = {
        account.decode()
        for entry in journal.entries(reader, head_of(row), seqs.start, seqs.stop)
        for account in _ACCOUNT.findall(entry.note.split(b"\n", 1)[0])
    }
    persons = persons_of(reader, community_id, accounts)
    keys = person_keys(current())
    try:
        keys.require_backed_up(persons)
    except PersonKeyNotBackedUpError:
        keys.back_up(current().clock.now_ms())
    else:
        return True
    try:
        keys.require_backed_up(persons)
    except PersonKeyNotBackedUpError:
        return False
    return True
