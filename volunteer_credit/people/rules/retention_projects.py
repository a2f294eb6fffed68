"""What projects keeps of people (see retention.py)."""

from volunteer_credit.people.rules.retention_words import (
    DUTY,
    ERASED,
    MEMBER,
    ORDER,
    PUBLIC,
    SELF,
    SERVICE,
    STAFF,
    WORK,
    Kept,
    Words,
)

_NOTICE = "志愿服务条例 12; GB/T 40143 6.1"
_READERS = Words(
    "本人；带队人和主办方（姓名隐去部分）", "you; leads and organisers (with shortened names)"
)

ROOM: tuple[Kept, ...] = (
    Kept(
        "projects_projects",
        "community_id project_id organiser organiser_name name category starts_day ends_day"
        " grant_fen own_fen person_times beneficiaries state created_by created_at_ms",
        Words("公益创投项目：计划、经费、周期", "venture projects: plan, money, period"),
        ORDER,
        DUTY,
        Words("本社区成员", "members of the community"),
        "慈善法 95",
    ),
    Kept(
        "projects_activities",
        "community_id activity_id project_id organiser organiser_name title content risks category"
        " published_by published_at_ms",
        Words(
            "活动：名称、内容、风险、组织单位；发布者只有编号",
            "activities: title, content, risks, organiser; who published by number only",
        ),
        SERVICE,
        DUTY,
        PUBLIC,
        _NOTICE,
    ),
    Kept(
        "projects_shifts",
        "community_id shift_id activity_id place starts_at_ms ends_at_ms day capacity min_age skill"
        " coefficient risk kind sites state reason walk_ins revision told_revision"
        " was_starts_at_ms was_ends_at_ms was_place ended_at_ms",
        Words("班次：时间、地点、人数、要求", "shifts: when, where, how many, conditions"),
        SERVICE,
        DUTY,
        PUBLIC,
        _NOTICE,
    ),
    Kept(
        "projects_shifts",
        "insurance",
        Words("志愿者保险单号", "the reference of the volunteers' insurance"),
        SERVICE,
        DUTY,
        STAFF,
        "志愿服务条例 17",
    ),
    Kept(
        "projects_leads",
        "community_id shift_id account",
        Words("班次的带队人（只有编号）", "who leads a shift, by number"),
        SERVICE,
        ERASED,
        SELF,
        "民政部令67号 7",
    ),
    Kept(
        "projects_sign_ups",
        "community_id shift_id account turn state how since_ms dropped_at_ms seen_revision"
        " moved_up_at_ms",
        Words(
            "报名、候补与取消（只有编号）",
            "sign-ups, wait-lists and what was taken back, by number",
        ),
        WORK,
        MEMBER,
        _READERS,
        "PIPL 13",
    ),
)
