"""Mobile numbers in whatever way they were typed."""

import pytest

from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.people.rules.identity_errors import PhoneError
from volunteer_credit.people.rules.phones import parse_phone


def full_width(text: str) -> str:
    """As a phone's Chinese keyboard types it."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


@pytest.mark.parametrize(
    "typed",
    [
        "13800000001",
        " 138 0000 0001 ",
        "138-0000-0001",
        "+86 138 0000 0001",
        "+8613800000001",
        "0086 13800000001",
        "8613800000001",
        "(+86)13800000001",
        full_width("13800000001"),
        full_width("+86") + " 138 " + full_width("00000001"),
    ],
)
def test_one_number_has_one_form(typed: str) -> None:
    assert parse_phone(typed) == "13800000001"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1380000000",
        "138000000011",
        "12800000001",
        "0631-5231234",
        "+85291234567",
        "+1 3800000001",
        "١٣٨٠٠٠٠٠٠٠١",  # digits, but of another script
        "138000000x1",
        "86" * 20,
        "1" * 10_000,
    ],
)
def test_what_is_no_mobile_number_of_the_mainland_is_refused(typed: str) -> None:
    with pytest.raises(PhoneError):
        parse_phone(typed)


def test_a_landline_is_another_way_to_be_reached() -> None:
    found = parse_fields({"name": "陈", "reach": "0631-5231234"})
    assert (found.phone, found.reach) == ("", "0631-5231234")
    with pytest.raises(PhoneError):
        parse_fields({"name": "陈", "phone": "0631-5231234"})
