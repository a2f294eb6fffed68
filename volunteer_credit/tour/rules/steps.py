"""The eight steps: what each shows, what to do there, and which of them can be done now."""

from collections.abc import Collection
from dataclasses import dataclass

from volunteer_credit.tour.rules.cast import CASHIER, COORDINATOR, SECOND, VOLUNTEER, Face

PUBLISH, SCAN, CLOSE, APPROVE, SEE, SPEND, THURSDAY, BREAK = range(1, 9)
DONE, NOW, OPEN, LATER = "done", "now", "open", "later"


@dataclass(frozen=True, slots=True)
class Text:
    """The same in two languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `look`: what to look at; `do`: what to do on the page that opens.

    `again`: what the button says once it is done.
    """

    number: int
    title: Text
    look: Text
    do: Text
    button: Text
    face: Face | None = None
    after: int = 0  # the step that must be done before
    again: Text = Text("See it again", "再看一次")


STEPS = (
    Step(
        PUBLISH,
        Text("Publish an activity", "发布活动"),
        Text(
            "What, when, where, how many: the rest comes from the category.",
            "只填做什么、何时、何地、几个人，其余由类别带出。",
        ),
        Text("Fill in what and where, then publish.", "填好“做什么”和“在哪里”，点“发布”。"),
        Text("Open as the coordinator", "以项目负责人身份打开"),
        COORDINATOR,
        again=Text("Publish another, and begin anew", "再发布一个，重新走一遍"),
    ),
    Step(
        SCAN,
        Text("Sign up, then check in at the door", "报名，到门口扫码签到"),
        Text(
            "The code at the door changes every 30 seconds; one scan and one tap check in.",
            "门口的签到码每 30 秒更换；扫一次、点一下即签到。",
        ),
        Text(
            "Sign up, go back to the tour and to the door, scan, tap “Check in”.",
            "点报名，回导览去门口扫码，点“签到”。",
        ),
        Text("Open as the volunteer", "以志愿者身份打开"),
        VOLUNTEER,
        PUBLISH,
    ),
    Step(
        CLOSE,
        Text("Count heads and close the shift", "清点人数，结束班次"),
        Text(
            "One button checks out whoever forgot, as planned; the demo clock goes to the end.",
            "一个按钮就能为忘记签退的人按计划签退；演示时间已走到班次结束。",
        ),
        Text("See the head-count, then sign.", "核对清点人数，点“签字提交”。"),
        Text("Open as the coordinator", "以项目负责人身份打开"),
        COORDINATOR,
        SCAN,
    ),
    Step(
        APPROVE,
        Text("A second person approves", "第二人审核"),
        Text(
            "Whoever led the shift cannot approve it. One act for all, but flagged lines singly.",
            "带队人不能审核自己的班次；整个班次一次审核，有标记的逐条决定。",
        ),
        Text(
            "Look through the lines; choose Approve where one is flagged, then confirm.",
            "看一遍名单；有标记的选“通过”，再确认。",
        ),
        Text("Open as the second coordinator", "以另一位负责人身份打开"),
        SECOND,
        CLOSE,
    ),
    Step(
        SEE,
        Text("Hours and points, line by line", "时长与积分，逐条说明"),
        Text(
            "Each line says shift, minutes, clause and arithmetic, and has a receipt file.",
            "每一条都写明班次、分钟、条款和算法，并可下载回执。",
        ),
        Text("Open the newest line; download its receipt.", "点开最新一条，下载回执。"),
        Text("Open as the volunteer", "以志愿者身份打开"),
        VOLUNTEER,
        APPROVE,
    ),
    Step(
        SPEND,
        Text("A shop takes points", "商户收积分"),
        Text(
            "The shop sees things and points, and never the member's record.",
            "商户只看到物品和分数，看不到会员的服务记录。",
        ),
        Text("Enter how many, and the card; then the PIN.", "选物品，输卡号，再由会员输密码。"),
        Text("Open as the shop", "以商户身份打开"),
        CASHIER,
        APPROVE,
    ),
    Step(
        THURSDAY,
        Text("Go to next Thursday", "时间走到下周四"),
        Text(
            "What the service does by itself: notices end, points are paid, holds are released.",
            "系统自动完成：公示期满入账、积分发放、逾期预占释放。",
        ),
        Text("See what was done.", "看看自动完成了什么。"),
        Text("Move the demo clock", "拨动演示时钟"),
        again=Text("One more week", "再过一周"),
    ),
    Step(
        BREAK,
        Text("Break one byte", "改动一个字节"),
        Text(
            "In a copy of the published book: the verifier, which trusts nobody, turns red.",
            "在账本副本里改一个字节：谁都不信的核验程序会变红。",
        ),
        Text("Read what the verifier says.", "看核验程序怎么说。"),
        Text("Copy, break, verify", "复制、改动、核验"),
        again=Text("Copy, break, verify", "复制、改动、核验"),
    ),
)


def step(number: int) -> Step:
    """One of them, 1 to 8."""
    return STEPS[number - 1]


def states(done: Collection[int]) -> dict[int, str]:
    """By step: done, now (the first that is left), open (can be done too), or later."""
    first = next((each.number for each in STEPS if each.number not in done), 0)
    found = {}
    for each in STEPS:
        if each.number in done:
            found[each.number] = DONE
        elif each.number == first:
            found[each.number] = NOW
        else:
            found[each.number] = OPEN if not each.after or each.after in done else LATER
    return found
