"""What is wrong with single fields of a request, for people and programs, in two languages."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from volunteer_credit.shared.errors import RefusedError, ServiceError


class FieldsError(RefusedError):
    """Fields that do not read; `errors` of the answer says which."""

    code = "fields"
    en = "Some of what you sent does not read; please look at it again."
    zh = "部分内容不符合要求，请检查后重新提交。"


# What marshmallow says (its English is fixed): our code and the Chinese beside it.
_SAID = {
    "Missing data for required field.": ("required", "此项必填。"),
    "Field may not be null.": ("required", "此项必填。"),
    "Unknown field.": ("unknown", "没有此项。"),
    "Invalid input type.": ("type", "类型不对。"),
    "Invalid type.": ("type", "类型不对。"),
    "Not a valid string.": ("type", "须为文本。"),
    "Not a valid integer.": ("type", "须为整数。"),
    "Not a valid number.": ("type", "须为数字。"),
    "Number too large.": ("range", "数字过大。"),
    "Not a valid boolean.": ("type", "须为是或否。"),
    "Not a valid list.": ("type", "须为列表。"),
    "Not a valid mapping type.": ("type", "须为键值对。"),
    "Not a valid date.": ("form", "须为日期，如 2026-11-22。"),
    "String does not match expected pattern.": ("form", "格式不对。"),
}
# The beginnings of what it says with numbers; those are in the English sentence.
_BEGUN = (
    ("Must be one of", "choice", "须从给出的选项中选择。"),
    ("Must be", "range", "数值超出范围。"),
    ("Shorter than", "length", "太短。"),
    ("Longer than", "length", "太长。"),
    ("Length must", "length", "长度不对。"),
    ("Not a valid", "form", "格式不对。"),
)


def by_rule(rule: Callable[[Any], object]) -> Callable[[Any], None]:
    """A validator for a schema out of a rule of ours, whose refusal is then the field's."""

    def validate(value: Any) -> None:
        try:
            rule(value)
        except ServiceError as refusal:
            messages: list[Any] = [refusal]
            raise ValidationError(messages) from refusal

    return validate


def said(message: object, language: str) -> tuple[str, str]:
    """The code and the sentence of one problem; a refusal of ours brings its own."""
    if hasattr(message, "sentence"):
        return str(getattr(message, "code", "form")), str(message.sentence(language))
    text = str(message)
    code, zh = _SAID.get(text) or next(
        ((code, zh) for begun, code, zh in _BEGUN if text.startswith(begun)), ("form", text)
    )
    return code, zh if language == "zh" else text


def flat(messages: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    """Each problem with its field: `json.items.0.name`."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from flat(inner, (*path, str(name)))
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from flat(inner, path)
    else:
        yield ".".join(path), messages


def listed(messages: Any, language: str) -> list[dict[str, str]]:
    """The problems as an answer of the API lists them."""
    found = []
    for name, message in flat(messages):
        code, sentence = said(message, language)
        found.append({"field": name, "code": code, "detail": sentence})
    return found
