"""Who may stand for whom: a guardian for a minor, one of the family for an adult who agreed."""

from volunteer_credit.people.rules.ages import Stage, stage_on
from volunteer_credit.people.rules.person_errors import (
    ConfirmerInvolvedError,
    ConsentHowError,
    GuardianAdultError,
    WardAgeError,
)

CONSENT_HOW = frozenset({"own", "desk_paper"})


def check_guardian(
    confirmed_by: str, pair: tuple[str, str], born: tuple[int, int], day: int
) -> None:
    """Whether the second of `pair` may be the guardian of the first, by their birthdays (0: none).

    Raises: ConfirmerInvolvedError, WardAgeError, GuardianAdultError.
    """
    _check_confirmer(confirmed_by, pair)
    if stage_on(born[0], day) is Stage.ADULT:
        raise WardAgeError
    _check_adult(born[1], day)


def check_proxy(confirmed_by: str, pair: tuple[str, str], born: tuple[int, int], day: int) -> None:
    """Whether the second of `pair` may act for the first. Raises: as `check_guardian`."""
    _check_confirmer(confirmed_by, pair)
    if pair[0] == pair[1] or stage_on(born[0], day) is not Stage.ADULT:
        raise WardAgeError
    _check_adult(born[1], day)


def check_consent(consent_how: str) -> None:
    """Refuse a proxy to whom nobody agreed. Raises: ConsentHowError."""
    if consent_how not in CONSENT_HOW:
        raise ConsentHowError


def _check_confirmer(confirmed_by: str, pair: tuple[str, str]) -> None:
    if confirmed_by in pair:
        raise ConfirmerInvolvedError


def _check_adult(birth_day: int, day: int) -> None:
    if not birth_day or stage_on(birth_day, day) is not Stage.ADULT:
        raise GuardianAdultError
