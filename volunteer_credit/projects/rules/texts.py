"""Texts of activities as people type or paste them: one form, one line, and never too long."""

import unicodedata
from dataclasses import dataclass

from volunteer_credit.people.rules.identity_errors import TextCharacterError, TextLengthError
from volunteer_credit.people.rules.names import parse_text
from volunteer_credit.projects.rules.errors import (
    ActivityTextCharacterError,
    ActivityTextLengthError,
    ActivityTextMissingError,
)


@dataclass(frozen=True, slots=True)
class Field:
    """A text that is asked for. `count_max`: characters."""

    zh: str
    en: str
    count_max: int
    is_required: bool = False

    def sentence(self, language: str) -> str:
        """Its name, inside the sentence of an error."""
        return self.zh if language == "zh" else self.en


TITLE = Field("做什么", "What", 40, is_required=True)
PLACE = Field("在哪里", "Where", 80, is_required=True)
CONTENT = Field("服务内容", "What is done", 500, is_required=True)
RISKS = Field("风险提示", "Risks", 200)
SKILL = Field("技能要求", "Skill", 40)
INSURANCE = Field("保险单号", "Insurance reference", 60)
REASON = Field("取消原因", "Why it is cancelled", 100, is_required=True)
PROJECT_NAME = Field("项目名称", "Name of the project", 80, is_required=True)


def clean(field: Field, text: str) -> str:
    """The text in NFC, in one line; what WeChat hides between characters is left out.

    Raises: ActivityTextMissingError, ActivityTextLengthError, ActivityTextCharacterError.
    """
    if len(text) > 20 * field.count_max:  # not even read
        raise ActivityTextLengthError(field=field, count=len(text), count_max=field.count_max)
    seen = "".join(each for each in text if unicodedata.category(each) != "Cf")
    try:
        line = parse_text("", " ".join(seen.split()), field.count_max)
    except TextLengthError as problem:
        count = problem.where["count"]
        raise ActivityTextLengthError(
            field=field, count=count, count_max=field.count_max
        ) from problem
    except TextCharacterError as problem:
        raise ActivityTextCharacterError(field=field) from problem
    if field.is_required and not line:
        raise ActivityTextMissingError(field=field)
    return line
