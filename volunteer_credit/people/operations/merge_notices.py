"""What somebody is told whose two records are one in some books, and not yet in all."""

from volunteer_credit.people.operations.notices import Notice
from volunteer_credit.people.operations.pair_words import Text
from volunteer_credit.people.queries.merges import half_merged
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db


def merge_notices(caller: Caller) -> list[Notice]:
    """Why a wallet is empty of a record that is going to be another's: nothing is lost."""
    names = half_merged(db.session, caller.person_id)
    if not names:
        return []
    zh, en = "、".join(names), ", ".join(names)
    line = Text(
        f"您在{zh}的时长和积分已转入您的另一份档案。其他社区也同意后，两份档案即合为一份；"
        "在此之前，请用另一份档案的志愿卡或登录方式使用积分。",
        f"Your hours and points of {en} are with your other record already. When the other"
        " communities agree, the two are one; until then, use the card or sign-in of that record.",
    )
    title = Text("您的两份档案正在合并", "Your two records become one")
    return [Notice("warning", title, (line,), link="/me")]
