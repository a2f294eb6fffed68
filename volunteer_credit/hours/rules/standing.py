"""Where a record stands, as its volunteer reads it."""


def standing(state: str, *, is_objected: bool, is_corrected: bool, minutes: int) -> str:
    """One word: an open objection and a correction say more than the state of the line."""
    if is_objected:
        return "objected"
    if state == "recorded" and is_corrected:
        return "corrected" if minutes else "annulled"
    return {"proposed": "waiting"}.get(state, state)
