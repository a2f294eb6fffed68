"""The service's errors: one class per failure, a stable code, a sentence in two languages.

    ServiceError
    ├── BadRequestError     400  the request does not read
    ├── SignInError         401  nobody is signed in, or it was not proved
    ├── DeniedError         403  not by this caller
    ├── MissingError        404  there is no such thing, or not for this caller
    ├── ConflictError       409  what is there already stands in the way
    ├── RefusedError        422  the rules say no
    ├── LimitedError        429  too often; `seconds` says when to come back
    ├── BusyError           503  try again shortly; `retry_after_seconds` says when
    └── StoppedError        503  an operator has to look first

A leaf class gives `code` (never changes), `en` and `zh` (the sentence a person can act on; `{name}`
is filled from the keyword arguments). The book's own refusals (`ledger.errors`) look alike.
"""

from typing import ClassVar


class ServiceError(Exception):
    """What every refusal of the service is."""

    status: ClassVar[int] = 500
    code: ClassVar[str]
    en: ClassVar[str]
    zh: ClassVar[str]

    def __init__(self, **where: object) -> None:
        self.where = where
        super().__init__(self.sentence("en"))

    def sentence(self, language: str = "en") -> str:
        """The sentence for a person, in `en` or `zh`; an error among the facts speaks too."""
        template = self.zh if language == "zh" else self.en
        facts = {
            name: fact.sentence(language) if hasattr(fact, "sentence") else fact
            for name, fact in self.where.items()
        }
        return template.format(**facts)


class BadRequestError(ServiceError):
    """The request does not read."""

    status = 400


class SignInError(ServiceError):
    """Nobody is signed in, or who it is was not proved."""

    status = 401


class DeniedError(ServiceError):
    """Not by this caller."""

    status = 403


class MissingError(ServiceError):
    """There is no such thing, or not for this caller."""

    status = 404


class ConflictError(ServiceError):
    """What is there already stands in the way."""

    status = 409


class RefusedError(ServiceError):
    """The rules say no."""

    status = 422


class LimitedError(ServiceError):
    """Too often: nothing was done. It is raised with `seconds`, the time to wait."""

    status = 429

    @property
    def retry_after_seconds(self) -> int:
        """When to come back."""
        return int(str(self.where["seconds"]))


class BusyError(ServiceError):
    """Try again shortly with the same request; the sentence says whether anything was written."""

    status = 503
    retry_after_seconds: ClassVar[int] = 1


class StoppedError(ServiceError):
    """An operator has to look first: nothing was written, and nothing will be until then."""

    status = 503
    retry_after_seconds: ClassVar[int] = 60  # a program may ask again, if seldom
