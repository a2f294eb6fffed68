"""Who calls: what an edge knows of a request's session. It proves nothing by itself.

An operation that is given a caller asks again, after its lock, whether the session still stands
and what the person may do (people/operations/authority.py).
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in session.

    `session_id` names the session's row and opens nothing. `method` says how it began: `code`,
    `slip`, `card`, `device`, `passkey`, `totp`. `device_id` is the browser or enrolled device,
    random. `stepped_up_until_ms`: until then the person has just proved again who they are.
    """

    person_id: str
    session_id: str
    device_id: str
    method: str
    is_shared_phone: bool = False
    stepped_up_until_ms: int = 0
    community_id: str = ""  # the community and the face that the person has chosen to work in
    face: str = ""
    # What the edge has read of it, by use, book and day; whoever uses it takes it out.
    seen: dict[tuple[str, str, int], Any] = field(default_factory=dict, compare=False, repr=False)
