"""The words of the retention table: one kind of thing kept, periods, who reads, which law."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Some columns of a table that are kept alike; `table` `vault`: fields inside `sealed`."""

    table: str
    columns: str  # names with a space between
    what: Words
    purpose: Words
    period: Words
    readers: Words
    law: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, or the vault's fields."""
        return tuple(self.columns.split())


ERASED = Words(
    "成员期间及离开后：有服务记录的，最后一条起满10年；没有的，可随时抹除",
    "while a member and after: 10 years from the last service record; without one, until you ask",
)
OPTIONAL = Words(
    "直到撤回同意、删除或离开所有社区", "until you withdraw, delete, or leave everywhere"
)
MEMBER = Words("成员期间；抹除本人时删除", "while a member; deleted with the person")
PROOF = Words("3年", "3 years")
ASKED = Words("90天；抹除本人时立即删除", "90 days; at once with the person")
AFTER_END = Words("结束后1年；抹除本人时立即删除", "1 year after its end; at once with the person")
CARD_END = Words("作废后3年；抹除本人时立即删除", "3 years after its end; at once with the person")
MONTH = Words("结束后30天", "30 days after the end")
DAY = Words("过期后1天", "1 day after it expires")
SLIP = Words(
    "未使用的过期后35天；已使用的抹除本人时删除",
    "unused: 35 days after it expires; used: deleted with the person",
)
BOOK = Words(
    "永久（账本不可更改，只有随机编号）", "for ever (the book is never edited; random numbers)"
)
DUTY = Words("职务存续期间及审计所需", "as long as the body or the duty exists")
KEY = Words(
    "抹除时立即销毁，备份35天内清除", "destroyed at once on erasure, in copies within 35 days"
)
RUNNING = Words("系统运行期间", "while the installation runs")

SELF = Words("本人", "you")
DESK = Words(
    "本人；本社区工作者（须写明原因并留痕）", "you; your community's staff, with a logged reason"
)
STAFF = Words("本社区工作者", "your community's staff")
BODY = Words("本组织成员；社区工作者", "the body's members; community staff")
LOOKED = Words("本人；检查人员（不含备注）", "you; inspectors (without the notes)")
NOBODY = Words("无人（仅系统比对）", "nobody (the service compares it)")
MEMBERS = Words("本人；有权人员（仅编号）", "you; whoever is entitled, by number only")
PUBLIC = Words("公开", "everybody")
OPERATOR = Words("系统运维", "the operator")

SERVICE = Words("志愿服务记录", "records of volunteer service")
SIGN_IN = Words("登录与账户安全", "signing in safely")
ORDER = Words("社区管理", "running the community")
PRIVACY = Words("保护您的权利", "protecting your rights")
WHOLE = Words("账本完整可核验", "a book that anyone can check")
WORK = Words("系统正常运行", "keeping the service running")
