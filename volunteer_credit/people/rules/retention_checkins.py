"""What checkins keeps of people (see retention.py)."""

from volunteer_credit.people.rules.retention_words import (
    DUTY,
    ERASED,
    NOBODY,
    SERVICE,
    WORK,
    Kept,
    Words,
)

_RECORDS = "民政部令67号 7; GB/T 40143"
_MONTH = Words("30天", "30 days")
_LEAD = Words(
    "本人；带队人（姓名只见首字和尾号两位）",
    "you; the lead of the shift (one character of the name and two digits)",
)
_SAFE = "PIPL 51"

ROOM = (
    Kept(
        "checkins_sites",
        "community_id site organiser kind name made_at_ms ended_at_ms",
        Words("签到点和巡查点", "places with a check-in code"),
        WORK,
        DUTY,
        _LEAD,
        "-",
    ),
    Kept(
        "checkins_doors",
        "community_id shift_id organiser site state openings opened_by opened_at_ms starts_at_ms"
        " ends_at_ms asked_at_ms overdue_at_ms closed_at_ms closed_by counted_book"
        " counted_seq heads present sheet_id",
        Words(
            "班次的签到开启、暂停、清点和结束（操作人只有编号）",
            "when a shift's door opened, stopped and closed, heads counted; who did it, by number",
        ),
        SERVICE,
        DUTY,
        _LEAD,
        _RECORDS,
    ),
    Kept(
        "checkins_presences",
        "community_id book started_seq shift_id account day tier how site sites started_at_ms"
        " admitted_by flags seen_book seen_seq seen_at_ms ended_book ended_seq ended_at_ms"
        " ended_how ended_by minutes annulled_book annulled_seq",
        Words(
            "您的签到、核对、签退时间和方式，及需核实的情况",
            "when and how you checked in and out, and what has to be looked at",
        ),
        SERVICE,
        ERASED,
        _LEAD,
        _RECORDS,
    ),
    Kept(
        "checkins_presences",
        "device",
        Words("签到手机的校验值，用于发现一机多人", "a check of the phone, to notice shared ones"),
        SERVICE,
        ERASED,
        NOBODY,
        _SAFE,
    ),
    Kept(
        "checkins_visits",
        "community_id book started_seq served started_at_ms confirmed_how confirmed_at_ms"
        " confirmed_by",
        Words(
            "上门服务：服务对象（只有编号）和确认方式",
            "visits: who was visited, by number, and how it was confirmed",
        ),
        SERVICE,
        ERASED,
        _LEAD,
        _RECORDS,
    ),
    Kept(
        "checkins_guests",
        "community_id guest_id shift_id phone sealed admitted_by started_at_ms ended_at_ms state"
        " started_book started_seq",
        Words(
            "未登记者现场留下的姓名和手机号（加密）",
            "name and phone of who came without being a member, encrypted",
        ),
        SERVICE,
        _MONTH,
        _LEAD,
        "PIPL 6, 19",
    ),
    Kept(
        "checkins_presence_city",
        "person_id community_id started_at_ms ended_at_ms",
        Words(
            "在哪个社区、何时在场，用于发现时间重叠",
            "in which community you were present when, to notice overlaps",
        ),
        SERVICE,
        _MONTH,
        NOBODY,
        _SAFE,
    ),
    Kept(
        "checkins_tickets",
        "community_id nonce account used_at_ms",
        Words("已用过的扫码，防止重复使用", "scans that were used, so that none is used twice"),
        SERVICE,
        _MONTH,
        NOBODY,
        _SAFE,
    ),
    Kept(
        "checkins_scans",
        "community_id scan_id at_ms shift_id site account by_account how status reason device",
        Words("未成功的扫码及其原因", "scans in vain, with the reason"),
        SERVICE,
        _MONTH,
        _LEAD,
        _SAFE,
    ),
)
