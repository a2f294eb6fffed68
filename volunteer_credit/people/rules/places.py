"""Places of a community: estates, their buildings and units, and the grids they lie in."""

from volunteer_credit.shared.errors import BadRequestError, ConflictError, MissingError

ESTATE, BUILDING, UNIT, GRID = "estate", "building", "unit", "grid"
# What lies in what: a grid stands alone, the others lie in each other and in a grid.
PARENT = {ESTATE: None, BUILDING: ESTATE, UNIT: BUILDING, GRID: None}
NAME_LENGTH_MAX = 60


class PlaceNameError(BadRequestError):
    """A name of a place that no sign would show."""

    code = "place_name"
    en = "A place's name has 1 to {length_max} characters and no line breaks."
    zh = "地点名称应为 1 至 {length_max} 个字，且不含换行。"


class PlaceKindError(BadRequestError):
    """A place that would lie where none of its kind can."""

    code = "place_kind"
    en = "A {kind} cannot be put there: a unit lies in a building, a building in an estate."
    zh = "{kind} 不能放在这里：单元属于楼栋，楼栋属于小区。"


class PlaceUnknownError(MissingError):
    """A place that this community does not have."""

    code = "place_unknown"
    en = "This community has no such place."
    zh = "本社区没有这个地点。"


class PlaceInUseError(ConflictError):
    """A place that still holds something."""

    code = "place_in_use"
    en = "{count} places, members or households still belong to it; move them first."
    zh = "仍有 {count} 个下级地点、成员或住户属于此处，请先移走。"


def parse_name(text: str) -> str:
    """The name as it is kept. Raises: PlaceNameError."""
    name = " ".join(text.split())
    if not (0 < len(name) <= NAME_LENGTH_MAX and name.isprintable()):
        raise PlaceNameError(length_max=NAME_LENGTH_MAX)
    return name


def check_kind(kind: str, parent_kind: str | None, grid_kind: str | None) -> None:
    """Refuse a place of an unknown kind, or in the wrong one. Raises: PlaceKindError."""
    good = kind in PARENT and PARENT[kind] == parent_kind
    good_grid = grid_kind is None or (grid_kind == GRID and kind != GRID)
    if not (good and good_grid):
        raise PlaceKindError(kind=kind[:20])
