"""A category of service, with what an activity of it usually is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """One of the list in data/categories.json. `coefficient`: taken where the convention has it."""

    code: str
    zh: str
    en: str
    content_zh: str
    content_en: str
    minutes: int
    min_age: int
    coefficient: str
    risk: str
    capacity: int

    def content(self, language: str) -> str:
        """What is done, in words."""
        return self.content_zh if language == "zh" else self.content_en
