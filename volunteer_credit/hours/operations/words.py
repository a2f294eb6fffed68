"""How the pairs of hours are told to their second person."""

from collections.abc import Mapping
from typing import Any

from volunteer_credit.hours.operations.names import name_on_list
from volunteer_credit.hours.queries import sheets
from volunteer_credit.hours.queries.objections import correction_words
from volunteer_credit.hours.rules.flag_words import flag_words
from volunteer_credit.people.operations.pair_words import Line, Text, register_words, same
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.units import hours_text


def _sheet(reader: Reader, community_id: str, data: Mapping[str, Any]) -> list[Line]:
    """A paper sheet: the law's fields, then each line."""
    found = sheets.sheet(reader, community_id, data["sheet"])
    if found is None:
        return []
    told: list[Line] = [
        (Text("活动", "Activity"), same(found.title)),
        (Text("日期", "Day"), same(_day(found.day))),
        (Text("地点", "Place"), same(found.place)),
        (Text("内容", "Content"), same(found.content)),
        (Text("组织单位", "Unit"), same(found.organiser_name)),
        (Text("负责人", "In charge"), same(name_on_list(reader, community_id, found.lead))),
    ]
    for each in data["lines"]:
        name = name_on_list(reader, community_id, each["account"])
        told.append((same(name), _with_flags(each["minutes"], each["flags"])))
    return told


def _correction(reader: Reader, community_id: str, data: Mapping[str, Any]) -> list[Line]:
    """A correction: whose, of what, from how much to how much, and why."""
    title, why = _why(reader, community_id, data)
    name = name_on_list(reader, community_id, data["account"])
    return [
        (Text("志愿者", "Volunteer"), same(name)),
        (Text("活动", "Activity"), same(title)),
        (Text("原时长", "Recorded"), _time(data["minutes_before"])),
        (Text("更正为", "Corrected to"), _time(data["minutes"])),
        (Text("原因", "Why"), same(why or data["reason"])),
    ]


def _why(reader: Reader, community_id: str, data: Mapping[str, Any]) -> tuple[str, str]:
    said = data["account"], data["record"], data["minutes"]
    return correction_words(reader, community_id, *said)


def _day(day: int) -> str:
    text = str(day)
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def _time(minutes: int) -> Text:
    return Text(hours_text(minutes, "zh"), hours_text(minutes, "en"))


def _with_flags(minutes: int, flags: list[str]) -> Text:
    words = [flag_words(each) for each in flags]
    zh = "；".join([hours_text(minutes, "zh"), *(each[1] for each in words)])
    return Text(zh, "; ".join([hours_text(minutes, "en"), *(each[0] for each in words)]))


register_words("hours.sheet", Text("纸质时长表", "Paper sheet of hours"), _sheet)
register_words("hours.correction", Text("更正服务时长", "Correction of hours"), _correction)
