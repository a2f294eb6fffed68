"""Erasing a person: the steps, and what may stand in the way."""

from dataclasses import dataclass

from volunteer_credit.shared.errors import RefusedError

# The states of an erasure, and its phases. From `ROWS` on there is no way back.
ASKED, RUNNING, DONE, REFUSED = "asked", "running", "done", "refused"
LEAVING, ROWS = "leaving", "rows"
OPEN = (ASKED, RUNNING)

# Why somebody is erased.
OWN_WISH, RETENTION_OVER, RESTORED = "own_wish", "retention_over", "restored"

# A person whose erasure has begun: nobody signs in, finds, or changes them any more.
ERASING = "erasing"


@dataclass(frozen=True, slots=True)
class Duty:
    """What keeps a person from being erased now. `until_ms`: 0 where no day can be named."""

    code: str
    zh: str
    en: str
    until_ms: int = 0

    def sentence(self, language: str) -> str:
        """The duty in words."""
        return self.zh if language == "zh" else self.en


CITY_ROLE = Duty(
    "city_role", "仍担任市级角色，请先移交", "a role of the city is held; hand it over"
)
GUARDS_MINOR = Duty(
    "guards_minor",
    "是未成年人唯一的监护人，请先登记另一位监护人",
    "the only guardian of a minor; another guardian comes first",
)
MERGE_OPEN = Duty(
    "merge_open", "档案合并尚待第二人确认", "a merge of this file waits for its second person"
)


class Duties:
    """Several duties, spoken in a sentence."""

    def __init__(self, duties: list[Duty]) -> None:
        self.duties = duties

    def sentence(self, language: str) -> str:
        """All of them, one after the other."""
        between = "；" if language == "zh" else "; "
        return between.join(each.sentence(language) for each in self.duties)


class ErasureRefusedError(RefusedError):
    """A duty holds; nothing was erased."""

    code = "erasure_refused"
    en = "Not yet: {duties}. Nothing was erased."
    zh = "暂不能抹除：{duties}。未作任何改动。"


class NoSuchMemberError(RefusedError):
    """Nobody to let go."""

    code = "no_such_member"
    en = "There is no such person or membership."
    zh = "没有此人，或此人不是成员。"
