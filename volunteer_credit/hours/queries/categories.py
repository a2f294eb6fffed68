"""The categories of service that a paper sheet offers; the room that has the list tells them."""

from typing import NamedTuple


class CategoryWords(NamedTuple):
    """A category, and what it is called."""

    code: str
    en: str
    zh: str


_told: list[CategoryWords] = []


def register_categories(*told: CategoryWords) -> None:
    """Say what there is, in the order in which it is offered: once, when that room is loaded."""
    _told.extend(each for each in told if each not in _told)


def categories() -> tuple[CategoryWords, ...]:
    """What there is; without a list there is one."""
    return tuple(_told) or (CategoryWords("other", "Other", "其他"),)
