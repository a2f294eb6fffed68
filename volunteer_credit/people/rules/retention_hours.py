"""What hours keeps of people (see retention.py)."""

from volunteer_credit.people.rules.retention_words import (
    DUTY,
    ERASED,
    NOBODY,
    SERVICE,
    STAFF,
    WORK,
    Kept,
    Words,
)

_RECORDS = "民政部令67号 7, 11, 13; GB/T 40143"
_UNIT = Words("本人；组织单位和本社区工作者", "you; the organising unit and your community's staff")

ROOM = (
    Kept(
        "hours_sheets",
        "community_id sheet_id source state shift activity title place content category"
        " coefficient organiser organiser_name lead day planned_minutes starts_at_ms ends_at_ms"
        " handed_at_ms counted_by counted_book counted_seq proposed_book proposed_seq",
        Words(
            "活动名称、日期、地点、内容、组织单位；负责人和清点人（只有编号）",
            "what a shift was: name, day, place, content, unit; who led and counted, by number",
        ),
        SERVICE,
        DUTY,
        _UNIT,
        _RECORDS,
    ),
    Kept(
        "hours_sheets",
        "counted_device counted_openers",
        Words(
            "清点所用设备和登录凭证的校验值，防止一人充当两人",
            "checks of the device and sign-in of who counted, so that one is not two",
        ),
        SERVICE,
        DUTY,
        NOBODY,
        _RECORDS,
    ),
    Kept(
        "hours_lines",
        "community_id sheet_id position account state started_book started_seq ended_book ended_seq"
        " started_at_ms"
        " ended_at_ms tier counted_minutes minutes flags reason words decided_by decided_at_ms"
        " noticed_book noticed_seq transfer until_day recorded_book recorded_seq"
        " recorded_at_ms committed_book committed_seq opening_seq opening_line outcome"
        " outcome_seq centipoints outcome_reason clause",
        Words(
            "您的服务记录：时间、时长、凭证、审核、公示、积分结果",
            "your service records: times, minutes, how proved, approval, notice, what points came",
        ),
        SERVICE,
        ERASED,
        _UNIT,
        _RECORDS,
    ),
    Kept(
        "hours_lines",
        "sealed",
        Words(
            "能向他人证明记录内容的密钥（用您的专属密钥加密）",
            "what proves the words of a record, under your own key",
        ),
        SERVICE,
        ERASED,
        NOBODY,
        _RECORDS,
    ),
    Kept(
        "hours_objections",
        "community_id book seq sheet_id position account objector state reason words objected_at_ms"
        " answered_by answered_at_ms answered_book answered_seq answer_reason answer_words minutes",
        Words("异议及答复", "objections and their answers"),
        SERVICE,
        ERASED,
        _UNIT,
        _RECORDS,
    ),
    Kept(
        "hours_corrections",
        "community_id book proposed_seq sheet_id position account minutes_before minutes reason"
        " words record proposed_by state approved_seq approved_at_ms outcome"
        " outcome_seq centipoints",
        Words("对记录的更正", "corrections of records"),
        SERVICE,
        ERASED,
        _UNIT,
        _RECORDS,
    ),
    Kept(
        "hours_calendar",
        "community_id year days_off work_days set_by set_at_ms",
        Words("工作日历（谁补录只有编号）", "the calendar of working days"),
        WORK,
        DUTY,
        STAFF,
        "-",
    ),
)
