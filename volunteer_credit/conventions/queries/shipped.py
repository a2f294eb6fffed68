"""The templates that are shipped: where each comes from stands in its `sources`.

Hours only is the absence of a convention, so there is no template of it.
"""

import json
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from volunteer_credit.conventions.rules.checks import convention_of
from volunteer_credit.conventions.rules.document import Convention

TEMPLATES = ("ten_an_hour", "haibei", "rongcheng", "dongdao")  # the first is what is offered first


@cache
def templates() -> MappingProxyType[str, Convention]:
    """Every shipped template by its name."""
    folder = files("volunteer_credit.conventions") / "data"
    return MappingProxyType(
        {
            name: convention_of(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
            for name in TEMPLATES
        }
    )
