"""What templates of hours ask for in words: flags, reasons, where a record stands."""

from typing import Any

from volunteer_credit.hours.rules.flag_words import flag_words
from volunteer_credit.journal.operations.succession_refs import book_query
from volunteer_credit.shared.db import db
from volunteer_credit.shared.units import hours_text, points_text
from volunteer_credit.web.languages import language, t

_REASONS: dict[str, tuple[str, str]] = {
    "left_early": ("Left early", "提前离开"),
    "not_there": ("Was not there", "未到场"),
    "counted_wrong": ("Counted wrong", "时间计算有误"),
    "overlap": ("Somewhere else at the time", "同一时间在别处"),
    "not_service": ("No volunteer service", "不属于志愿服务"),
    "no_time": ("No service time", "没有服务时间"),
    "other": ("Another reason, written down", "其他（请写明）"),
    "too_short": ("The time is too short", "时长少记了"),
    "too_long": ("The time is too long", "时长多记了"),
    "wrong_data": ("Name, day or place is wrong", "名称、日期或地点有误"),
    "evidence_right": ("The scans are right", "扫码记录无误"),
    "evidence_wrong": ("The scans are wrong", "扫码记录有误"),
    "agreed": ("All agree", "各方一致认可"),
    "not_about_this": ("It is not about this record", "与本记录无关"),
    "objection": ("After an objection", "因异议更正"),
    "withdrawn": ("Taken back", "已撤回"),
    "no_convention": ("Hours only: no convention that day", "当日没有公约，只记时长"),
    "not_signed": ("The convention is not signed", "未签约，只记时长"),
    "no_coefficient": ("The convention has no such work", "公约没有此类系数"),
}
_STANDINGS: dict[str, tuple[str, str, str]] = {
    "waiting": ("Waits for approval", "待审核", "waiting"),
    "proposed": ("Waits for a second person", "待第二人批准", "waiting"),
    "noticed": ("In notice", "公示中", "waiting"),
    "recorded": ("Recorded", "已记录", "done"),
    "objected": ("Objected", "异议中", "wrong"),
    "corrected": ("Corrected", "已更正", "done"),
    "annulled": ("Annulled", "已冲正", "wrong"),
    "refused": ("Not recorded", "不予记录", "wrong"),
    "voided": ("Ended in notice", "公示中撤销", "wrong"),
    "withdrawn": ("Withdrawn", "已撤回", "wrong"),
}
_STEPS: dict[str, tuple[str, str]] = {
    "started": ("Came", "签到"),
    "ended": ("Left", "签退"),
    "counted": ("Heads counted", "清点人数"),
    "proposed": ("Paper sheet proposed", "纸质表提交"),
    "noticed": ("Approved, in notice", "审核通过并公示"),
    "refused": ("Not recorded", "不予记录"),
    "recorded": ("Recorded", "记录入账"),
    "objected": ("Objection", "提出异议"),
    "answered": ("Answer", "异议答复"),
    "correction": ("Correction proposed", "提出更正"),
    "corrected": ("Corrected", "更正生效"),
    "points_awarded": ("Points", "积分入账"),
    "points_deferred": ("Points wait for the fund", "积分待拨付"),
    "points_paid": ("Points paid", "积分拨付"),
    "points_none": ("No points", "没有积分"),
    "points_corrected": ("Points corrected", "积分更正"),
}


def step_words(step: str) -> str:
    """A step on the way of a record."""
    return t(*_STEPS.get(step, (step, step)))


def reason_words(code: str) -> str:
    """A reason in the language of the answer."""
    return t(*_REASONS.get(code, (code, code)))


def standing_words(standing: str) -> tuple[str, str]:
    """Where a record stands, and the kind of mark beside it."""
    en, zh, kind = _STANDINGS.get(standing, (standing, standing, ""))
    return t(en, zh), kind


def time_words(minutes: int) -> str:
    """Service time in hours and minutes."""
    return hours_text(minutes, language())


def for_templates() -> dict[str, Any]:
    """What a blueprint hands to its templates."""
    return {
        "flag": lambda code: t(*flag_words(code)),
        "of_book": lambda community_id, book: book_query(db.session, community_id, book),
        "reason_words": reason_words,
        "standing_words": standing_words,
        "step_words": step_words,
        "time_words": time_words,
        "points": points_text,
    }
