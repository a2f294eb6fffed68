"""One-time codes: six digits for ten minutes, five tries."""

CODE_DIGITS = 6
CODE_LIFE_MS = 600_000
CODE_TRIES_MAX = 5
PROOF_LIFE_MS = 300_000  # from the right code to the choice of a person
_TYPED_MAX = 40


def new_code(random_bytes: bytes) -> str:
    """Six digits out of at least eight random bytes."""
    return f"{int.from_bytes(random_bytes) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def typed_digits(text: str) -> str:
    """The digits of a code as somebody typed it, full-width ones and gaps too; else nothing."""
    bare = "".join(text.split()) if len(text) <= _TYPED_MAX else ""
    if len(bare) != CODE_DIGITS or not bare.isdecimal():
        return ""
    return "".join(str(int(each)) for each in bare)
