"""Which convention governs a day; documents never change, so this process reads each once."""

from dataclasses import dataclass

from volunteer_credit.conventions.queries import versions as queries
from volunteer_credit.conventions.rules.checks import check
from volunteer_credit.conventions.rules.document import Convention
from volunteer_credit.conventions.rules.reading import decode, name_of
from volunteer_credit.conventions.rules.succession import in_force_over_books
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.errors import MissingError, StoppedError
from volunteer_credit.shared.runtime import Runtime, current

REMEMBERED_MAX = 1000


class ConventionUnknownError(MissingError):
    """A convention that this community never had."""

    code = "convention_unknown"
    en = "This community has no convention {name}."
    zh = "本社区没有公约 {name}。"


class ConventionChangedError(StoppedError):
    """A document whose bytes are no longer those that its name says."""

    code = "convention_changed"
    en = "The document {name} is not the one that was adopted; points wait until it is restored."
    zh = "文件 {name} 与通过时不一致；恢复之前暂停计分。"


@dataclass(frozen=True, slots=True)
class InForce:
    """The convention that governs a day. `name`: SHA-256 of its bytes, as entries name it."""

    name: str
    convention: Convention
    effective_day: int


class Remembered:
    """The conventions that this process has read, by name."""

    def __init__(self, _runtime: Runtime) -> None:
        self.known: dict[str, Convention] = {}


def convention_on(reader: Reader, community_id: str, day: int) -> InForce | None:
    """The convention in force on a day YYYYMMDD; None where there is none: hours only.

    Raises: ConventionUnknownError, ConventionChangedError.
    """
    found = queries.versions(reader, community_id)
    name = in_force_over_books([(each.book, each.effective_day, each.name) for each in found], day)
    if name is None:
        return None
    since = max(each.effective_day for each in found if each.name == name)
    return InForce(name, convention_named(reader, community_id, name), since)


def convention_named(reader: Reader, community_id: str, name: str) -> Convention:
    """A convention of this community by its name.

    Raises: ConventionUnknownError, ConventionChangedError.
    """
    known = current().part(Remembered, Remembered).known
    convention = known.get(name)
    if convention is None:
        data = queries.document(reader, community_id, name)
        if data is None:
            raise ConventionUnknownError(name=name)
        if name_of(data) != name:
            raise ConventionChangedError(name=name)
        if len(known) >= REMEMBERED_MAX:
            known.clear()
        convention = decode(Convention, data)
        check(convention)
        known[name] = convention
    return convention
