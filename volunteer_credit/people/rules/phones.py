"""Mobile numbers in one form, however they were typed."""

import re
import unicodedata

from volunteer_credit.people.rules.identity_errors import PhoneError

RAW_LENGTH_MAX = 40
PERSONS_MAX = 5  # who may share a phone: a family has one

_BETWEEN = re.compile(r"[\s().-]")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")


def parse_phone(text: str) -> str:
    """11 digits, without country code, spaces and full-width forms. Raises: PhoneError."""
    if len(text) > RAW_LENGTH_MAX:
        raise PhoneError
    found = _MOBILE.fullmatch(_BETWEEN.sub("", unicodedata.normalize("NFKC", text)))
    if found is None:
        raise PhoneError
    return found[1]
