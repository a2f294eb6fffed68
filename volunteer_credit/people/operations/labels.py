"""What persons call their devices and passkeys: free words, so they are sealed under their key."""

from volunteer_credit.people.rules.handles import shown_label
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

LENGTH_MAX = 40


def seal_label(person_id: str, name: str, text: str) -> bytes | None:
    """A label for keeping; `name` is the random name of the thing that it belongs to.

    Raises: as `PersonKeys.seal`.
    """
    label = shown_label(text, LENGTH_MAX)
    keys = person_keys(current())
    return keys.seal(person_id, _purpose(name), label.encode()) if label else None


def open_label(person_id: str, name: str, sealed: bytes | None) -> str:
    """What `seal_label` was given. Raises: as `PersonKeys.open`."""
    if sealed is None:
        return ""
    return person_keys(current()).open(person_id, _purpose(name), bytes(sealed)).decode()


def _purpose(name: str) -> str:
    return f"label {name}"
