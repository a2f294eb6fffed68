"""A group's relay list (接龙) as WeChat makes it, read line by line.

Lines begin with a number in any writing; names stand among emoji, phone tails, head counts and
remarks; who was struck out or wrote that they are not coming is marked as dropped.
"""

import re
import unicodedata
from dataclasses import dataclass

from volunteer_credit.projects.rules.errors import ListEmptyError, ListTooLongError

LINES_MAX = 500
CHARACTERS_MAX = 10_000
HEADS_MAX = 50  # of one line

_NUMBER = re.compile(
    r"\s*[(【\[]?\s*([0-9]{1,4})(?:\s*(?:[.、)】\],·\-]|:(?!\d))|(?=\s)|(?=[^\W\d月日点号人时年岁]))\s*"
)
_ROUND = {chr(0x2460 + number): f"{number + 1}." for number in range(20)}  # ① to ⑳
_STRUCK = re.compile("~~.+~~|[\u0335\u0336\u0338]")
_GONE = re.compile("不去|不来|不参加|取消|退出|请假|退了|[来去]不了|参加不了|cancel", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?86)?\s*(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_TAIL = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_PLUS = re.compile(r"\+\s*([0-9]{1,2}|[一二两三四五六七八九十])(?![0-9])")
_COUNT = re.compile(r"(?:[x×*]\s*)?([0-9]{1,2}|[一二两三四五六七八九十])\s*(?:个人|人|位|口|名)")
_REMARK = re.compile(r"[(【\[<《].*?[)】\]>》]|[(【\[].*$")
_HAN = re.compile("[㐀-䶿一-鿿\U00020000-\U0003fffd]{2,8}(?:·[㐀-䶿一-鿿]{1,8})*")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'.-]*(?: [A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'.-]*)*")
_NOT_NAMES = re.compile("^(?:例|示例|姓名|报名|接龙|参加|电话|手机|尾号|时间|地点|人数|一家|全家)")
_DIGITS = {each: number for number, each in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


@dataclass(frozen=True, slots=True)
class RelayLine:
    """One person of a list. `heads`: they and whom they bring. `tail`: of a phone, 4 or 11 digits.

    `name` is empty where none could be read; `number`: of the line in the list, 0 without one.
    """

    number: int
    text: str
    name: str
    tail: str = ""
    heads: int = 1
    is_dropped: bool = False


def read_relay(text: str) -> list[RelayLine]:
    """The lines that stand for somebody. Raises: ListTooLongError, ListEmptyError."""
    rows = text.splitlines()
    if len(rows) > LINES_MAX or len(text) > CHARACTERS_MAX:
        raise ListTooLongError(
            lines=LINES_MAX,
            characters=CHARACTERS_MAX,
            count_lines=len(rows),
            count_characters=len(text),
        )
    plain = [_plain(row) for row in rows if row.strip()]
    numbered = [(match, row) for row in plain if (match := _NUMBER.match(row))]
    if numbered:
        found = [_line(int(match[1]), row[match.end() :]) for match, row in numbered]
    else:
        found = [_line(0, row) for row in plain if not row.lstrip().startswith("#")]
        found = [each for each in found if each.name]
    found = [each for each in found if each.text]
    if not found:
        raise ListEmptyError
    return found


def _plain(row: str) -> str:
    """Half-width digits and signs, no hidden characters; round and keycap numbers as others."""
    opened = "".join(_ROUND.get(each, each) for each in row)
    kept = (each for each in opened if unicodedata.category(each) not in ("Cf", "Cc"))
    half = unicodedata.normalize("NFKC", "".join(kept).replace("\u20e3", ". "))
    return half.replace("\ufe0f", "").strip()


def _line(number: int, rest: str) -> RelayLine:
    text = " ".join(rest.split())
    is_dropped = bool(_STRUCK.search(text) or _GONE.search(text))
    bare = re.sub("[~\u0335\u0336\u0338]", "", text)
    phone = _PHONE.search(bare)
    bare = _PHONE.sub(" ", bare)
    tail = _TAIL.search(bare)
    heads, bare = _heads(_TAIL.sub(" ", bare))
    digits = "".join(phone.groups()) if phone else tail[1] if tail else ""
    return RelayLine(number, text, _name(bare), digits, heads, is_dropped)


def _heads(text: str) -> tuple[int, str]:
    """How many come, and the text without what says it."""
    plus = [_count(each) for each in _PLUS.findall(text)]
    text = _PLUS.sub(" ", text)
    whole = [_count(each) for each in _COUNT.findall(text)]
    text = _COUNT.sub(" ", text)
    heads = max([1, *whole]) + sum(plus)
    return min(heads, HEADS_MAX), text


def _count(text: str) -> int:
    return _DIGITS.get(text) or int(text)


def _name(text: str) -> str:
    """The first run of Chinese characters that may be a name, else of letters."""
    bare = _GONE.sub(" ", _REMARK.sub(" ", text))
    for pattern in (_HAN, _LATIN):
        for match in pattern.finditer(bare):
            if not _NOT_NAMES.match(match[0]):
                return match[0]
    return ""
