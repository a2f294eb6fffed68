"""What is told to a person before anything is kept, for what needs no consent (PIPL 13, 17).

What needs consent is told by its own text (purposes.py). `handler` and `contact` of the community
are filled in by the page that shows a notice.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """Why something is kept, what, how long, and what one can do, in both languages."""

    code: str
    version: int
    law: str
    zh: str
    en: str


_ALL = (
    Notice(
        "service_record",
        1,
        "民政部令67号 3-7; 条例 19",
        "我们记录您的姓名、一种联系方式和服务情况（活动、日期、地点、内容、时间、组织单位、负责人），"
        "因为法规要求志愿服务须如实记录。保存至最后一条记录满10年。其他内容都可以不填。您可以随时查看、"
        "更正、导出、免费开具证明。",
        "We keep your name, one way to reach you, and your service (activity, day, place, content,"
        " time, unit, person in charge), because the law asks for true records. They are kept for"
        " ten years after the last one. All else is optional. You may see, correct and export them,"
        " and get a certificate, free of charge.",
    ),
    Notice(
        "book",
        1,
        "PIPL 6, 51",
        "时长和积分记入账本，只写随机编号、日期、分钟和积分，不写姓名。账本不可更改，所以人人可以核验；"
        "您被抹除后，编号不再指向任何人。",
        "Hours and points stand in a book with a random number, days, minutes and points, and no"
        " name. It is never edited, so that all can check it. Once you are erased the number leads"
        " to nobody.",
    ),
    Notice(
        "membership",
        1,
        "PIPL 13; 居委会组织法",
        "您住在哪个小区、网格以及户的关系，由您自愿申报，用于就近活动和防止同户互批。可以不报，"
        "离开社区即结束。",
        "Where you live (estate, grid) and your household are declared by yourself, for activities"
        " nearby and so that nobody of one household approves another. You may decline, and it"
        " ends when you leave.",
    ),
    Notice(
        "sign_in",
        1,
        "PIPL 51",
        "为保护您的账户，我们保存登录会话（结束后30天）、登记的设备和志愿卡号；密码和验证码只存"
        "不可逆的校验值。您随时可以退出其他会话、挂失。",
        "To protect your account we keep sessions (30 days after their end), enrolled devices and"
        " card numbers; PINs and codes only as one-way checks. You may end other sessions and"
        " report a loss at any time.",
    ),
    Notice(
        "access_log",
        1,
        "PIPL 51; 未成年人网络保护条例 36",
        "工作人员查看您的档案须写明原因，并记录谁、何时、以什么角色。您可以随时查看，保存3年。",
        "Staff who look at your file must say why; who, when and in which role is written down for"
        " three years, and you can read it at any time.",
    ),
)

NOTICES = {each.code: each for each in _ALL}
