"""What a flag says to a second person, in English and Chinese; the door's codes and ours."""

FLAG_WORDS: dict[str, tuple[str, str]] = {
    "cancelled_shift": ("The shift was cancelled", "班次已取消"),
    "city_day": (
        "A day above the unit's limit: a supervisor decides",
        "当日超出单位上限，由监督人员定",
    ),
    "few_sites": ("Fewer than two places of the round", "巡查点少于两处"),
    "heads_fewer": ("Fewer heads than check-ins", "清点人数少于签到人数"),
    "household_of_lead": ("Lives with the lead", "与带队人同户"),
    "long_day": ("A long day", "当日时长较长"),
    "long_presence": ("Longer than 12 hours", "超过12小时"),
    "no_sign_up": ("Not signed up", "未报名"),
    "no_time": ("No service time", "没有服务时间"),
    "not_seen_again": ("Not seen when everybody was asked", "中途核对时未扫码"),
    "offline": ("Uploaded later", "离线补传"),
    "out_by_lead": ("Forgot to check out; the lead did", "忘记签退，由带队人代签"),
    "over_capacity": ("More people than places", "超出名额"),
    "overlap": ("Another service at the same time", "与另一条服务时间重叠"),
    "overlap_elsewhere": ("In another community at the time", "同时在其他社区在场"),
    "overlap_here": ("At another shift at the time", "同时在另一班次在场"),
    "own_scan": ("The lead scanned themselves", "带队人为自己签到"),
    "returned": ("Came back after leaving", "离开后再次到场"),
    "shared_phone": ("Several people on one phone", "多人共用一部手机"),
    "two_phones": ("One person on two phones", "同一人使用两部手机"),
    "unconfirmed_visit": ("The visit is not confirmed", "上门服务尚未确认"),
    "under_min_age": ("Younger than allowed", "低于最低年龄"),
    "walk_in": ("Walked in", "现场登记"),
}


def flag_words(code: str) -> tuple[str, str]:
    """English and Chinese; a code that nobody explained speaks for itself."""
    return FLAG_WORDS.get(code, (code, code))
