"""The categories of service that are shipped, in the order in which they are offered."""

import json
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from volunteer_credit.projects.rules.categories import Category
from volunteer_credit.projects.rules.errors import CategoryUnknownError


@cache
def categories() -> MappingProxyType[str, Category]:
    """By code."""
    path = files("volunteer_credit.projects") / "data" / "categories.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["categories"]
    return MappingProxyType({row["code"]: Category(**row) for row in rows})


def category(code: str) -> Category:
    """One of them. Raises: CategoryUnknownError."""
    found = categories().get(code)
    if found is None:
        raise CategoryUnknownError
    return found
