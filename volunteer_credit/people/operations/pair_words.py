"""What a proposal says, in words: each room tells it for its own pairs, when it is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from volunteer_credit.shared.db import Reader


@dataclass(frozen=True, slots=True)
class Text:
    """The same in both languages."""

    zh: str
    en: str


Line: TypeAlias = tuple[Text, Text]  # what it is about, and what is said of it
Words: TypeAlias = Callable[[Reader, str, Mapping[str, Any]], list[Line]]


@dataclass(frozen=True, slots=True)
class Told:
    """How a kind of pair is told: its name, and its lines out of the proposal's data."""

    title: Text
    lines: Words


_told: dict[str, Told] = {}


def same(text: object) -> Text:
    """What is said in one way in both languages: a name, a number."""
    return Text(str(text), str(text))


def register_words(name: str, title: Text, words: Words) -> None:
    """Say how the pair `name` is told: once, when its room is loaded.

    `words` gets a reader, the community and the proposal's data.
    """
    assert name not in _told, f"two tellers of {name}"
    _told[name] = Told(title, words)


def title_of(name: str) -> Text | None:
    """What a kind of pair is called; None if no room tells it."""
    found = _told.get(name)
    return found.title if found else None


def lines_of(
    reader: Reader, community_id: str, name: str, data: Mapping[str, Any]
) -> list[Line] | None:
    """What the second person has to know of a proposal; None if no room tells it."""
    found = _told.get(name)
    return found.lines(reader, community_id, data) if found else None
