"""When two rows may be one person, and what the one row then says."""

from dataclasses import replace

from volunteer_credit.people.rules.identity import REACH_LENGTH_MAX, PersonFields
from volunteer_credit.shared.errors import ConflictError, MissingError, RefusedError

Link = tuple[str, str]  # a community and an account number of its book


class NotTheSamePersonError(RefusedError):
    """Two rows that contradict each other."""

    code = "not_the_same_person"
    en = "These two can't be one person: their {field} differs, or one stands for the other."
    zh = "这两条记录不可能是同一人：{field} 不同，或一人是另一人的监护人或代办人。"


class MergeOpenError(ConflictError):
    """One of the two waits for another merge."""

    code = "merge_open"
    en = "One of the two is part of another merge that waits; approve or withdraw that one first."
    zh = "其中一人已在另一项待批合并中，请先批准或撤回那一项。"


class MergeUnknownError(MissingError):
    """No such merge that waits here."""

    code = "merge_unknown"
    en = "There is no such merge waiting here."
    zh = "这里没有这项待批的合并。"


class MergeSamePersonError(RefusedError):
    """A merge needs two members of staff, neither of whom it is about."""

    code = "merge_needs_two"
    en = "A merge needs two members of staff; you proposed this one, or it is about you."
    zh = "合并须由两名工作人员办理；该合并由您提出，或涉及您本人。"


class MergeCityRoleError(RefusedError):
    """A role in the city's book hangs on the number that would go."""

    code = "merge_city_role"
    en = "The person who would go holds a role of the city; end it, or merge the other way round."
    zh = "将被并入的一方在市级任职，请先终止其角色，或反向合并。"


class MergeUnfinishedError(ConflictError):
    """A merge that some community's book has already; it can't be taken back."""

    code = "merge_unfinished"
    en = "A book already says that the two are one; the merge can only be completed."
    zh = "已有账本记载两人为同一人，合并只能继续完成，不能撤回。"


class MergeStaleError(ConflictError):
    """A merge whose transfers are not what the one who goes has by now."""

    code = "merge_stale"
    en = "Points or hours of the two changed after this was proposed; propose the merge once more."
    zh = "提出合并之后，两人的积分或时长有了变动，请重新提出合并。"


class MergeTooMuchError(RefusedError):
    """More balances than one entry of the book can move."""

    code = "merge_too_much"
    en = "The merge would move {count} balances; one entry moves {most}. Merge the other way round."
    zh = "合并需转移 {count} 笔余额，一个条目最多 {most} 笔。请反向合并。"


def check_same(one: PersonFields, other: PersonFields) -> None:
    """Refuse to merge what contradicts. Raises: NotTheSamePersonError."""
    for field in ("id_number", "birth_day", "sex"):
        values = {getattr(each, field) for each in (one, other)} - {"", 0}
        if len(values) > 1:
            raise NotTheSamePersonError(field=field)


def merged_fields(source: PersonFields, into: PersonFields) -> PersonFields:
    """What `into` says, filled up by `source`; a second phone becomes the other way to be reached.

    Lists are put together; they hold as many words as two people may give.
    """
    values = {**source.stored(), **into.stored()}
    if source.phone not in ("", into.phone) and into.phone and not into.reach:
        values["reach"] = f"{source.phone} {source.reach}".strip()[:REACH_LENGTH_MAX].strip()
    for name in ("skills", "service_classes"):
        values[name] = tuple(dict.fromkeys(getattr(into, name) + getattr(source, name)))
    return replace(into, **values)


def merged_links(
    source: tuple[Link, ...], into: tuple[Link, ...]
) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """The numbers in use after a merge, and those of `source` that are not any more."""
    there = {community for community, _ in into}
    kept = tuple(link for link in source if link[0] not in there)
    return tuple(sorted(into + kept)), tuple(link for link in source if link[0] in there)
