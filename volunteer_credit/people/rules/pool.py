"""Who of the second persons is asked: one after the other, each for 72 hours, and round again."""

from collections.abc import Mapping, Sequence

ASKED_MS = 72 * 3600 * 1000
_REMEMBERED_MAX = 60  # account numbers fit into the column


def next_asked(waiting: Mapping[str, int], asked_before: Sequence[str]) -> str | None:
    """Who is asked next; nobody if the pool is empty.

    `waiting`: how many open proposals each of the pool is asked about already, by account.
    """
    if not waiting:
        return None
    fresh = [each for each in waiting if each not in asked_before]
    if fresh:
        return min(fresh, key=lambda each: (waiting[each], each))
    # Everybody had it once: whoever had it longest ago is asked again.
    return max(waiting, key=lambda each: (list(reversed(asked_before)).index(each), each))


def remembered(asked_before: str, asked: str | None) -> str:
    """The list of who was asked, with the one who is done; the newest last."""
    names = asked_before.split() + ([asked] if asked else [])
    kept = list(dict.fromkeys(reversed(names)))[:_REMEMBERED_MAX]
    return " ".join(reversed(kept))
