"""How somebody wants to read pages."""

from volunteer_credit.shared.errors import BadRequestError

LANGUAGES = ("", "zh", "en")  # empty: as the browser asks


class LanguageUnknownError(BadRequestError):
    """A language that no page is written in."""

    code = "language_unknown"
    en = "Choose Chinese or English, or leave it to the browser."
    zh = "请选择中文或英文，或跟随浏览器。"


def check_language(language: str) -> None:
    """Accept a language of the list. Raises: LanguageUnknownError."""
    if language not in LANGUAGES:
        raise LanguageUnknownError
