"""The fields of a person: what is accepted, in which form, and what is refused with which words."""

import pytest

from volunteer_credit.people.rules.ages import Stage, age_on, check_birth_day, stage_on
from volunteer_credit.people.rules.identity import PersonFields, changed, fields_of, parse_fields
from volunteer_credit.people.rules.identity_errors import (
    BirthDayError,
    FieldKindError,
    FieldUnknownError,
    IdNumberBirthDayError,
    IdNumberCheckError,
    IdNumberError,
    NameLengthError,
    SexError,
    TextCharacterError,
    TextLengthError,
    UnreachableError,
    VolunteerNumberError,
)
from volunteer_credit.people.rules.names import parse_name
from volunteer_credit.shared.errors import ServiceError

ID_NUMBER = "11010519491231002X"  # the example of GB 11643
FLOOR = {"name": "陈", "reach": "服务台"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  陈小明 ", "陈小明"),
        ("\u3000王\u3000芳\u3000", "王 芳"),  # full-width spaces, as in lists of names
        ("阿不都热合曼·买买提", "阿不都热合曼·买买提"),
        ("𠮷野𪚥", "𠮷野𪚥"),  # CJK extension B
        ("\U00031350", "\U00031350"),  # extension H, newer than this Python's tables
        ("e\u0301va", "éva"),  # NFC
        ("葛\U000e0100", "葛\U000e0100"),  # a variant, chosen by a selector
        ("陈" * 40, "陈" * 40),
    ],
)
def test_a_name_is_kept_as_its_owner_writes_it(typed: str, kept: str) -> None:
    assert parse_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", NameLengthError),
        (" \n ", NameLengthError),
        ("陈" * 41, NameLengthError),
        ("陈" * 10_000, NameLengthError),
        ("陈\n小明", TextCharacterError),
        ("陈\x00", TextCharacterError),
        ("陈\u202e明", TextCharacterError),  # would turn the rest of a line round
        ("陈\u200b明", TextCharacterError),
        ("陈\ud800", TextCharacterError),
        ("陈\ue000", TextCharacterError),
        ("\u0378", TextCharacterError),
    ],
)
def test_a_name_that_nobody_has_is_refused(typed: str, refusal: type[ServiceError]) -> None:
    with pytest.raises(refusal):
        parse_name(typed)


def test_a_refused_name_says_how_long_it_was_and_does_not_repeat_it() -> None:
    with pytest.raises(NameLengthError) as caught:
        parse_fields({**FLOOR, "name": "x" * 10_000})
    assert "10000" in caught.value.sentence("zh")
    assert "xx" not in caught.value.sentence("en")


def test_all_fields_of_the_law_are_read_into_one_form() -> None:
    found = parse_fields(
        {
            "name": " 陈小明 ",
            "phone": "138 0000 0001",
            "reach": "",
            "sex": "female",
            "birth_day": "19491231",
            "id_number": "11010519491231002x",
            "volunteer_number": " 3710 0212 3456 ",
            "area": "幸福小区",
            "skills": ["理发", " 理发 ", "", "书法"],
            "service_classes": ("扶老",),
        }
    )
    assert found == PersonFields(
        name="陈小明",
        phone="13800000001",
        sex="female",
        birth_day=19491231,
        id_number=ID_NUMBER,
        volunteer_number="371002123456",
        area="幸福小区",
        skills=("理发", "书法"),
        service_classes=("扶老",),
    )
    assert fields_of(found.stored()) == found
    assert found.contacts == {
        "phone": "13800000001",
        "id_number": ID_NUMBER,
        "volunteer_number": "371002123456",
    }


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"nickname": "小陈"}, FieldUnknownError),
        ({"name": 7}, FieldKindError),
        ({"skills": "理发"}, FieldKindError),
        ({"skills": [1]}, FieldKindError),
        ({"skills": ["a"] * 21}, TextLengthError),
        ({"skills": ["a" * 41]}, TextLengthError),
        ({"area": "a" * 121}, TextLengthError),
        ({"area": "a" * 10_000}, TextLengthError),
        ({"reach": ""}, UnreachableError),
        ({"reach": "a\tb"}, TextCharacterError),
        ({"sex": "f"}, SexError),
        ({"birth_day": "20260230"}, BirthDayError),
        ({"birth_day": "1949-12-31"}, BirthDayError),
        ({"birth_day": "١٩٤٩١٢٣١"}, BirthDayError),  # digits, but of another script
        ({"birth_day": True}, FieldKindError),
        ({"id_number": "110105194912310021"}, IdNumberCheckError),
        ({"id_number": "110105194913310021"}, IdNumberError),
        ({"id_number": "110105491231002"}, IdNumberError),  # 15 digits, of the old kind
        ({"id_number": "1" * 10_000}, IdNumberError),
        ({"id_number": ID_NUMBER, "birth_day": 19500101}, IdNumberBirthDayError),
        ({"volunteer_number": "12-34-56"}, VolunteerNumberError),
        ({"volunteer_number": "12345"}, VolunteerNumberError),
    ],
)
def test_what_does_not_read_is_refused(
    given: dict[str, object], refusal: type[ServiceError]
) -> None:
    with pytest.raises(refusal):
        parse_fields({**FLOOR, **given})


def test_a_name_is_the_floor() -> None:
    with pytest.raises(NameLengthError):
        parse_fields({"phone": "13800000001"})
    assert parse_fields({"name": "陈", "phone": "13800000001"}).reach == ""


def test_an_id_number_tells_the_birthday_and_its_check_digit_guards_every_digit() -> None:
    assert parse_fields({**FLOOR, "id_number": ID_NUMBER}).birth_day == 19491231
    for position in range(17):
        digit = str((int(ID_NUMBER[position]) + 1) % 10)
        wrong = ID_NUMBER[:position] + digit + ID_NUMBER[position + 1 :]
        with pytest.raises((IdNumberCheckError, IdNumberError)):
            parse_fields({**FLOOR, "id_number": wrong})


def test_a_change_keeps_what_it_does_not_name_and_drops_what_is_empty() -> None:
    before = parse_fields({**FLOOR, "area": "幸福小区", "sex": "male"})
    after = changed(before, {"sex": "", "phone": "+86 138-0000-0001"})
    assert (after.area, after.sex, after.phone) == ("幸福小区", "", "13800000001")
    with pytest.raises(UnreachableError):
        changed(before, {"reach": " "})


@pytest.mark.parametrize(
    ("birth_day", "day", "years", "stage"),
    [
        (20121123, 20261122, 13, Stage.CHILD),
        (20121122, 20261122, 14, Stage.MINOR),
        (20081123, 20261122, 17, Stage.MINOR),
        (20081122, 20261122, 18, Stage.ADULT),
        (20080229, 20260228, 17, Stage.MINOR),
        (20080229, 20260301, 18, Stage.ADULT),
    ],
)
def test_ages_change_on_the_birthday(birth_day: int, day: int, years: int, stage: Stage) -> None:
    assert (age_on(birth_day, day), stage_on(birth_day, day)) == (years, stage)


def test_who_gave_no_birthday_is_an_adult_and_nobody_is_born_tomorrow() -> None:
    assert stage_on(0, 20261122) is Stage.ADULT
    check_birth_day(0, 20261122)
    check_birth_day(20261122, 20261122)
    for birth_day in (20261123, 18951122):
        with pytest.raises(BirthDayError):
            check_birth_day(birth_day, 20261122)
