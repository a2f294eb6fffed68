"""Households: who may say that who lives with whom.

A household is declared by its members, each for themselves, and confirmed at the desk or on a
visit. Who cannot or will not declare is left alone: nothing but the exclusion of second persons
and gifts inside a household hangs on it.
"""

from volunteer_credit.shared.errors import (
    BadRequestError,
    ConflictError,
    MissingError,
    RefusedError,
)

ASKED, DECLARED, CONFIRMED, ENDED = "asked", "declared", "confirmed", "ended"
DESK, VISIT = "desk", "visit"
MEMBERS_MAX = 20


class HouseholdUnknownError(MissingError):
    """A household that is not there, or not for this caller."""

    code = "household_unknown"
    en = "There is no such household, or you do not belong to it."
    zh = "没有这个住户，或您不属于该户。"


class HouseholdTakenError(ConflictError):
    """A person belongs to one household of a community at a time."""

    code = "household_taken"
    en = "One of these persons belongs to a household already; they have to leave it first."
    zh = "其中有人已属于另一户，须先退出原户。"


class HouseholdDeclinedError(RefusedError):
    """Somebody who does not want to be in a household."""

    code = "household_declined"
    en = "One of these persons does not want to be entered in a household."
    zh = "其中有人不愿登记住户关系。"


class HouseholdFullError(BadRequestError):
    """More persons than a household has."""

    code = "household_full"
    en = "A household has at most {members_max} persons; each person is named once."
    zh = "一户最多 {members_max} 人，且每人只能填写一次。"


class HouseholdHowError(BadRequestError):
    """Confirmed neither at the desk nor on a visit."""

    code = "household_how"
    en = "Say how it was confirmed: desk or visit."
    zh = "请说明确认方式：窗口或上门。"


class HouseholdOwnError(RefusedError):
    """Staff who would confirm their own household."""

    code = "household_own"
    en = "Somebody else has to confirm your own household."
    zh = "本人所在的住户须由其他工作人员确认。"


class RepresentativeOnlyError(RefusedError):
    """What only the household's representative may do."""

    code = "representative_only"
    en = "Only the household's representative may do this."
    zh = "只有户代表可以进行此操作。"


def check_others(own: str, others: list[str]) -> None:
    """Refuse a list that no household is. Raises: HouseholdFullError."""
    if len({own, *others}) != len(others) + 1 or len(others) >= MEMBERS_MAX:
        raise HouseholdFullError(members_max=MEMBERS_MAX)


def state_after(states: list[str]) -> str:
    """What a household is, given what its present members are."""
    if not states:
        return ENDED
    return CONFIRMED if all(each == CONFIRMED for each in states) else DECLARED
