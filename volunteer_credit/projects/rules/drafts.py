"""An activity as it is about to be published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from volunteer_credit.projects.rules import texts
from volunteer_credit.projects.rules.categories import Category
from volunteer_credit.projects.rules.errors import ChoiceUnknownError, NumberRangeError
from volunteer_credit.projects.rules.states import DANGEROUS, KINDS, RISKS, ROUND
from volunteer_credit.projects.rules.texts import Field, clean
from volunteer_credit.projects.rules.times import MINUTE_MS, check_length

CAPACITY_MAX = 100_000
AGE_MAX = 100
SITES_MAX = 20
ROUND_SITES_MIN = 2
CAPACITY = Field("人数", "How many", 0)
MIN_AGE = Field("最低年龄", "Least age", 0)
SITES = Field("点位数", "Sites", 0)
KIND = Field("签到方式", "How presence is proved", 0)
RISK = Field("风险等级", "Risk class", 0)
AS_CATEGORY = "-"  # what is not said is taken from the category


@dataclass(frozen=True, slots=True)
class Draft:
    """What is published. `starts_at_ms`: one or several, of the same length.

    `coefficient` `-`: the category's, if the convention has it. `leads` empty: whoever publishes.
    Raises: as `clean` and `check_length`; NumberRangeError, ChoiceUnknownError.
    """

    title: str
    category: str
    place: str
    starts_at_ms: tuple[int, ...]
    minutes: int
    capacity: int
    content: str
    risks: str = ""
    min_age: int = 0
    skill: str = ""
    coefficient: str = AS_CATEGORY
    risk: str = "normal"
    insurance: str = ""
    kind: str = "venue"
    sites: int = 1
    project_id: str = ""
    leads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Keep what was parsed."""
        for name, field in (
            ("title", texts.TITLE),
            ("place", texts.PLACE),
            ("content", texts.CONTENT),
            ("risks", texts.RISKS),
            ("skill", texts.SKILL),
            ("insurance", texts.INSURANCE),
        ):
            object.__setattr__(self, name, clean(field, getattr(self, name)))
        check_length(0, self.minutes * MINUTE_MS)
        check_capacity(self.capacity)
        _check_range(MIN_AGE, self.min_age, 0, AGE_MAX)
        _check_choice(KIND, self.kind, KINDS)
        _check_choice(RISK, self.risk, RISKS)
        least, most = (ROUND_SITES_MIN, SITES_MAX) if self.kind == ROUND else (1, 1)
        _check_range(SITES, self.sites, least, most)

    def with_coefficient(self, category: Category, there: Collection[str]) -> "Draft":
        """The category's coefficient where none was chosen and the convention has it."""
        if self.coefficient != AS_CATEGORY:
            return self
        chosen = category.coefficient if category.coefficient in there else ""
        return replace(self, coefficient=chosen)


def is_closed(risk: str, insurance: str) -> bool:
    """Whether sign-up waits for insurance (条例 17)."""
    return risk == DANGEROUS and not insurance


def check_capacity(capacity: int) -> None:
    """Raises: NumberRangeError."""
    _check_range(CAPACITY, capacity, 1, CAPACITY_MAX)


def _check_range(field: Field, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise NumberRangeError(field=field, least=least, most=most)


def _check_choice(field: Field, chosen: str, known: Sequence[str]) -> None:
    if chosen not in known:
        raise ChoiceUnknownError(field=field)
