"""Names and other texts as people type them: made one form, and refused when nobody can see them.

Rare characters stay, also those that this Python does not know yet, and so does the middle dot of
many minorities' names.
"""

import unicodedata

from volunteer_credit.people.rules.identity_errors import (
    NameLengthError,
    TextCharacterError,
    TextLengthError,
)

NAME_LENGTH_MAX = 40
RAW_FACTOR = 4  # what is longer than this many times the allowed is not even read

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IDEOGRAPHS = range(0x20000, 0x3FFFE)  # two planes of Han, which grow faster than Python


def parse_name(text: str) -> str:
    """A name of 1 to 40 characters, in NFC. Raises: NameLengthError, TextCharacterError."""
    if len(text) > NAME_LENGTH_MAX * RAW_FACTOR:
        raise NameLengthError(count=len(text), count_max=NAME_LENGTH_MAX)
    name = _clean("name", text)
    if not 0 < len(name) <= NAME_LENGTH_MAX:
        raise NameLengthError(count=len(name), count_max=NAME_LENGTH_MAX)
    return name


def parse_text(field: str, text: str, count_max: int) -> str:
    """A line of text, possibly empty. Raises: TextLengthError, TextCharacterError."""
    if len(text) > count_max * RAW_FACTOR:
        raise TextLengthError(field=field, count=len(text), count_max=count_max)
    line = _clean(field, text)
    if len(line) > count_max:
        raise TextLengthError(field=field, count=len(line), count_max=count_max)
    return line


def _clean(field: str, text: str) -> str:
    line = unicodedata.normalize("NFC", text.strip())
    for position, character in enumerate(line, 1):
        if unicodedata.category(character) in _UNSEEN and not _is_rare(character):
            raise TextCharacterError(field=field, position=position)
    return " ".join(line.split())


def _is_rare(character: str) -> bool:
    return unicodedata.category(character) == "Cn" and ord(character) in _IDEOGRAPHS
