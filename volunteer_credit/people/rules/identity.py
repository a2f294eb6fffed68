"""What is known of a person.

The law's list is the ceiling (67号令 art. 5), a name and one way to be reached the floor (PIPL 6).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from volunteer_credit.people.rules.ages import parse_birth_day
from volunteer_credit.people.rules.identity_errors import (
    BirthDayError,
    FieldKindError,
    FieldUnknownError,
    IdNumberBirthDayError,
    IdNumberCheckError,
    IdNumberError,
    SexError,
    TextLengthError,
    UnreachableError,
    VolunteerNumberError,
)
from volunteer_credit.people.rules.names import parse_name, parse_text
from volunteer_credit.people.rules.phones import parse_phone

SEXES = ("female", "male")
REACH_LENGTH_MAX = 80
AREA_LENGTH_MAX = 120
WORD_LENGTH_MAX = 40
WORDS_MAX = 20
NUMBER_RAW_MAX = 40

_ID_NUMBER = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_ID_CHECKS = "10X98765432"
_BIRTH_DAY = slice(6, 14)
_VOLUNTEER_NUMBER = re.compile(r"[0-9A-Z]{6,24}")


@dataclass(frozen=True, slots=True)
class PersonFields:
    """Fields in their one form; empty where nothing was given."""

    name: str
    phone: str = ""
    reach: str = ""
    sex: str = ""
    birth_day: int = 0
    id_number: str = ""
    volunteer_number: str = ""
    area: str = ""
    skills: tuple[str, ...] = ()
    service_classes: tuple[str, ...] = ()

    @property
    def contacts(self) -> dict[str, str]:
        """What a person can be found by, by kind."""
        found = {kind: str(getattr(self, kind)) for kind in CONTACTS}
        return {kind: text for kind, text in found.items() if text}

    def stored(self) -> dict[str, Any]:
        """What the vault keeps: nothing for what is empty."""
        return {name: value for name, value in asdict(self).items() if value}


CONTACTS = ("phone", "id_number", "volunteer_number")
NAMES = tuple(each.name for each in fields(PersonFields))


def fields_of(stored: Mapping[str, Any]) -> PersonFields:
    """The fields that a vault row kept; what was accepted once is not judged again."""
    values = {name: stored[name] for name in NAMES if name in stored}
    for name in ("skills", "service_classes"):
        values[name] = tuple(values.get(name, ()))
    return PersonFields(**{"name": "", **values, "birth_day": int(values.get("birth_day", 0))})


def parse_fields(given: Mapping[str, object]) -> PersonFields:
    """Fields as a form or a request gives them: texts, and lists of texts.

    Raises: FieldUnknownError, FieldKindError, UnreachableError, and what each field raises.
    """
    for name in given:
        if name not in NAMES:
            raise FieldUnknownError(field=str(name)[:WORD_LENGTH_MAX])
    read = {name: parse(given[name]) for name, parse in _PARSERS.items() if name in given}
    found = PersonFields(**{**read, "name": parse_name(read.get("name", ""))})
    if not (found.phone or found.reach):
        raise UnreachableError
    if not found.id_number:
        return found
    born = int(found.id_number[_BIRTH_DAY])
    if found.birth_day not in (0, born):
        raise IdNumberBirthDayError
    # Kept by itself too: the number may go when its consent is withdrawn, the age must not.
    return replace(found, birth_day=born)


def changed(before: PersonFields, given: Mapping[str, object]) -> PersonFields:
    """The fields with some of them given anew, possibly empty. Raises: as `parse_fields`."""
    return parse_fields({**before.stored(), **given})


def parse_id_number(text: str) -> str:
    """18 characters with a birthday and a right check digit.

    Raises: IdNumberError, IdNumberCheckError.
    """
    number = _compact(text)
    if not _ID_NUMBER.fullmatch(number):
        raise IdNumberError
    try:
        parse_birth_day(number[_BIRTH_DAY])
    except BirthDayError:
        raise IdNumberError from None
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    if _ID_CHECKS[total % 11] != number[-1]:
        raise IdNumberCheckError
    return number


def parse_volunteer_number(text: str) -> str:
    """Letters and digits, upper case. Raises: VolunteerNumberError."""
    number = _compact(text)
    if not _VOLUNTEER_NUMBER.fullmatch(number):
        raise VolunteerNumberError
    return number


def _compact(text: str) -> str:
    if len(text) > NUMBER_RAW_MAX:
        return ""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _sex(text: str) -> str:
    if text not in SEXES:
        raise SexError
    return text


def _optional(field: str, parse: Callable[[str], Any], empty: object = "") -> Callable[[Any], Any]:
    def read(given: object) -> Any:
        if isinstance(given, int) and not isinstance(given, bool) and field == "birth_day":
            given = str(given)
        if not isinstance(given, str):
            raise FieldKindError(field=field)
        return parse(given) if given.strip() else empty

    return read


def _line(field: str, count_max: int) -> Callable[[Any], Any]:
    return _optional(field, lambda text: parse_text(field, text, count_max))


def _words(field: str) -> Callable[[Any], Any]:
    def read(given: object) -> Any:
        if not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
            raise FieldKindError(field=field)
        if len(given) > WORDS_MAX:
            raise TextLengthError(field=field, count=len(given), count_max=WORDS_MAX)
        words = (parse_text(field, each, WORD_LENGTH_MAX) for each in given)
        return tuple(dict.fromkeys(word for word in words if word))

    return read


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "name": _optional("name", parse_name),
    "phone": _optional("phone", parse_phone),
    "reach": _line("reach", REACH_LENGTH_MAX),
    "sex": _optional("sex", _sex),
    "birth_day": _optional("birth_day", parse_birth_day, 0),
    "id_number": _optional("id_number", parse_id_number),
    "volunteer_number": _optional("volunteer_number", parse_volunteer_number),
    "area": _line("area", AREA_LENGTH_MAX),
    "skills": _words("skills"),
    "service_classes": _words("service_classes"),
}
