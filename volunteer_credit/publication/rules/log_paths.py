"""The addresses below `/log/<community>/`: a book's number, if any, and a file's name."""

import re

_NUMBERED = re.compile(r"([1-9][0-9]{0,8})/(.+)", re.ASCII)
PRESENT = 0


def book_and_file(asked: str) -> tuple[int, str]:
    """The number of the book that a path names (0: the present one), and the rest."""
    match = _NUMBERED.fullmatch(asked)
    return (int(match[1]), match[2]) if match else (PRESENT, asked)
