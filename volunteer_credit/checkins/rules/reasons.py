"""How a scan ends: three statuses and a closed list of reasons, the words for people beside them.

Every answer, of a page or of the API, has one of these; docs/check-in.md is made of this table.
"""

from dataclasses import dataclass

OK, INCOMPLETE, ERROR = "ok", "incomplete", "error"


@dataclass(frozen=True, slots=True)
class Sign:
    """One word on a full screen."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a scan ended so. `sign`: one word on a full screen."""

    code: str
    status: str
    sign_en: str
    sign_zh: str
    en: str
    zh: str

    @property
    def sign(self) -> Sign:
        """The word, in both languages."""
        return Sign(self.sign_en, self.sign_zh)


_ALL = (
    Reason("in", OK, "Checked in", "已签到", "The time runs.", "已开始计时。"),
    Reason("out", OK, "Checked out", "已签退", "Thank you.", "谢谢您的参与。"),
    Reason(
        "out_unconfirmed",
        OK,
        "Checked out",
        "已签退",
        "Too many tries: the PIN was not taken. The visit waits for a tap or a call.",
        "密码尝试次数过多，此次输入未采用；此次上门待居民在手机上确认或电话回访。",
    ),
    Reason("seen", OK, "Seen", "已核对", "You are still there.", "已确认在场。"),
    Reason(
        "guest",
        OK,
        "Noted",
        "已登记",
        "A guest: hours follow if the desk adds them within 3 days.",
        "临时到场：3 天内到社区服务台登记后计入时长。",
    ),
    Reason(
        "choose_shift",
        INCOMPLETE,
        "Which one?",
        "请选择",
        "Several shifts meet here; choose one.",
        "此处有多个班次，请选择。",
    ),
    Reason(
        "count_missing",
        INCOMPLETE,
        "Not closed yet",
        "尚未结束",
        "Some have not checked out: say until when they stayed.",
        "还有人未签退，请确认他们的离开时间。",
    ),
    Reason(
        "spoken_code",
        INCOMPLETE,
        "Four digits",
        "请输入口令",
        "These are not the four digits that the lead says now. Ask again.",
        "口令不对，请向带队人询问当前的四位口令。",
    ),
    Reason(
        "invalid",
        ERROR,
        "Not a code of ours",
        "无效签到码",
        "Scan the code at the door itself, not a picture of it.",
        "请直接扫描现场的签到码，不要扫描照片。",
    ),
    Reason(
        "expired",
        ERROR,
        "Too old",
        "签到码已过期",
        "The code changes every 30 s. Scan it again; you stay signed in.",
        "签到码每 30 秒更新，请重新扫码，无需再次登录。",
    ),
    Reason(
        "foreign",
        ERROR,
        "Of another community",
        "其他社区的签到码",
        "This code belongs to a community of which you are no member. Tell the lead your name.",
        "此码属于其他社区，您还不是其成员；请告知带队人姓名，可当场登记。",
    ),
    Reason(
        "replayed",
        ERROR,
        "Used already",
        "已被使用",
        "This scan was used by somebody else. Scan the code yourself.",
        "此次扫码已被他人使用，请亲自重新扫码。",
    ),
    Reason(
        "stopped",
        ERROR,
        "Stopped by the lead",
        "带队人已暂停签到",
        "Go to the lead, who can check you in or out by hand.",
        "请找带队人，由其代为签到或签退。",
    ),
    Reason(
        "minor",
        ERROR,
        "A guardian must agree",
        "需监护人同意",
        "Under 18 nobody takes part without a guardian's consent; it can be given at once.",
        "未满 18 周岁须监护人同意后参加，监护人可在手机上或服务台当场办理。",
    ),
    Reason(
        "already_in",
        ERROR,
        "In already",
        "已在场",
        "Checked in before; nothing was counted twice.",
        "此前已签到，未重复记录。",
    ),
    Reason(
        "already_out",
        ERROR,
        "Out already",
        "已离场",
        "Checked out before; nothing was counted twice.",
        "此前已签退，未重复记录。",
    ),
    Reason(
        "not_in",
        ERROR,
        "Not checked in",
        "尚未签到",
        "There is no check-in to end. Scan again to check in, or ask the lead.",
        "没有可结束的签到，请重新扫码签到，或询问带队人。",
    ),
    Reason(
        "not_open",
        ERROR,
        "Nothing here now",
        "当前没有班次",
        "No shift meets here now. Ask the lead to open the door.",
        "此处当前没有开放的班次，请带队人先开启签到。",
    ),
    Reason(
        "closed",
        ERROR,
        "Closed",
        "班次已结束",
        "The lead has closed this shift; what is missing goes on a paper sheet.",
        "带队人已结束此班次，遗漏的由带队人补录。",
    ),
    Reason(
        "cancelled",
        ERROR,
        "Cancelled",
        "班次已取消",
        "This shift was cancelled.",
        "此班次已取消。",
    ),
    Reason(
        "unknown_card",
        ERROR,
        "Unknown card",
        "未知卡号",
        "Nobody here has this card or number. Type the number, or take name and phone.",
        "本社区没有此卡；请手输卡号，或登记姓名和手机号。",
    ),
    Reason(
        "revoked_card",
        ERROR,
        "Card has ended",
        "此卡已挂失",
        "This card was lost or replaced. Take name and phone; the desk prints a new card.",
        "此卡已挂失或更换；请登记姓名和手机号，由服务台补卡。",
    ),
    Reason(
        "not_member",
        ERROR,
        "No member here",
        "不是本社区成员",
        "This person belongs to another community. Take name and phone; the desk adds them.",
        "此人属于其他社区；请登记姓名和手机号，由服务台办理加入。",
    ),
    Reason(
        "error",
        ERROR,
        "Something went wrong",
        "出错了",
        "Nothing was written. Ask the lead.",
        "未写入任何内容，请找带队人。",
    ),
)
REASONS = {each.code: each for each in _ALL}
CODES = tuple(REASONS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one scan ended. `seq`: the entry of the check-in it is about; 0 for none."""

    reason: str
    community_id: str = ""
    shift_id: str = ""
    seq: int = 0

    @property
    def told(self) -> Reason:
        """The row of the table."""
        return REASONS[self.reason]

    @property
    def status(self) -> str:
        """ok, incomplete or error."""
        return self.told.status
