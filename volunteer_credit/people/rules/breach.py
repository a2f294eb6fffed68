"""A leak of personal data, thought through beforehand: whom it concerns, who is told, how soon.

PIPL 57: at once, to the authority and to the persons, with kinds of data, cause, possible harm,
what was done, what they can do, and whom to ask. The hours below are this house's own targets.
"""

from dataclasses import dataclass

EVERYBODY, SEEN_BY, ONE = "everybody", "seen_by", "one"


@dataclass(frozen=True, slots=True)
class Leak:
    """What may get out. `concerns`: everybody, whose record one person opened, or one person."""

    code: str
    concerns: str
    readable_zh: str
    readable_en: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Who has to be told, within how many hours of knowing, and what for."""

    who_zh: str
    who_en: str
    within_hours: int
    what_zh: str
    what_en: str


LEAKS = {
    each.code: each
    for each in (
        Leak(
            "database",
            EVERYBODY,
            "卡号、组织身份、随机编号；姓名和号码仍加密",
            "card numbers, places in organisations, random numbers; names and numbers stay sealed",
        ),
        Leak(
            "database-and-keys",
            EVERYBODY,
            "档案中的全部内容",
            "everything in people's files",
        ),
        Leak(
            "archive",
            EVERYBODY,
            "只有账本条目；其余均加密",
            "entries of the books; all else is encrypted",
        ),
        Leak(
            "account",
            SEEN_BY,
            "该工作人员查看过的档案",
            "the records that this member of staff has opened",
        ),
        Leak(
            "device",
            ONE,
            "持有人自己的档案；工作人员的设备还包括其查看过的档案",
            "the holder's own file; on a desk's device also what was opened there",
        ),
    )
}

NOTICES = (
    Notice(
        "个人信息保护负责人、社区负责人",
        "the officer for personal data, the head of the community",
        1,
        "止损：停用会话、密钥、设备；保全日志",
        "stop it: sessions, keys, devices; keep the logs",
    ),
    Notice(
        "网信部门和业务主管部门（民政）",
        "the cyberspace authority and civil affairs",
        24,
        "信息种类、原因、可能的危害、已采取的措施、联系人",
        "kinds of data, cause, possible harm, measures, whom to ask",
    ),
    Notice(
        "本人；未成年人通知监护人",
        "the persons; for minors their guardians",
        72,
        "发生了什么、可能的危害、可以怎么做、找谁；用电话、短信或上门，不只在网上",
        "what happened, the harm, what they can do, whom to ask; by phone or visit too",
    ),
)
