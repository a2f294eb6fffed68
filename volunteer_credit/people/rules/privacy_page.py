"""The tables of docs/privacy.md, made from the retention table and the purposes."""

from collections.abc import Iterator

from volunteer_credit.people.rules.notices import NOTICES
from volunteer_credit.people.rules.purposes import PURPOSES
from volunteer_credit.people.rules.retention import everything
from volunteer_credit.people.rules.retention_people import FIELDS, PEOPLE, VAULT
from volunteer_credit.people.rules.retention_words import Kept, Words

KEPT_HEAD = (
    "| 内容 What | 为了什么 What for | 多久 How long | 谁能看 Who may read | 依据 Law |",
    "|---|---|---|---|---|",
)
NOTICE_HEAD = ("| 告知 Notice | 原文 The text | 依据 Law |", "|---|---|---|")
CONSENT_HEAD = ("| 用途 Purpose | 原文 The text |", "|---|---|")
PLACE_HEAD = (
    "| 表 Table | 列 Columns | 多久 How long | 谁能看 Who may read |",
    "|---|---|---|---|",
)


def kept_lines() -> Iterator[str]:
    """What is kept of people, one line each."""
    yield from KEPT_HEAD
    for each in (*FIELDS, *PEOPLE):
        words = (each.what, each.purpose, each.period, each.readers)
        yield f"| {' | '.join(map(_both, words))} | {each.law} |"


def notice_lines() -> Iterator[str]:
    """What is told without asking for consent."""
    yield from NOTICE_HEAD
    for each in NOTICES.values():
        yield f"| `{each.code}` {each.version} | {each.zh}<br>{each.en} | {each.law} |"


def consent_lines() -> Iterator[str]:
    """Every text that a person may agree to."""
    yield from CONSENT_HEAD
    for each in PURPOSES.values():
        yield f"| `{each.code}` {each.version} | {each.zh}<br>{each.en} |"


def place_lines() -> Iterator[str]:
    """Every column of every table, and the fields inside the vault."""
    yield from PLACE_HEAD
    for each in everything():
        yield f"| {_where(each)} | {each.columns} | {_both(each.period)} | {_both(each.readers)} |"


def _where(kept: Kept) -> str:
    return "people_persons.sealed" if kept.table == VAULT else kept.table


def _both(words: Words) -> str:
    return f"{words.zh}<br>{words.en}"
