"""What HTTP itself refuses, with a code and a sentence for each status."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal as a person reads it."""

    code: str
    en: str
    zh: str


OF_STATUS = {
    400: Said("bad_request", "The request does not read.", "无法读取该请求。"),
    404: Said("page_missing", "There is no such page.", "没有这个页面。"),
    405: Said(
        "method_not_allowed", "This address does not take such a request.", "此地址不支持该操作。"
    ),
    408: Said("too_slow", "The request took too long; send it again.", "请求超时，请重试。"),
    412: Said(
        "changed_meanwhile", "It was changed meanwhile; read it again.", "内容已变，请刷新。"
    ),
    413: Said("body_too_large", "This is too large to send at once.", "内容过大，请减小后再提交。"),
    414: Said("address_too_long", "The address is too long.", "网址过长。"),
    415: Said(
        "content_type", "Send it as this address expects it (Content-Type).", "内容类型不受支持。"
    ),
    416: Said("range", "There is no such part.", "请求的范围不存在。"),
    431: Said("headers_too_large", "The headers are too large.", "请求头过大。"),
    500: Said(
        "fault",
        "Something is broken on our side. Please tell the staff this number: {reference}.",
        "系统出错。请把此编号告诉工作人员：{reference}。",
    ),
}
OTHER = Said("refused", "The request was refused.", "请求被拒绝。")

TITLES = {
    400: ("Does not read", "无法读取"),
    401: ("Sign in", "请登录"),
    403: ("Not allowed", "没有权限"),
    404: ("Not found", "未找到"),
    405: ("Not possible here", "不支持该操作"),
    409: ("Conflict", "有冲突"),
    413: ("Too large", "内容过大"),
    415: ("Wrong kind of content", "内容类型不对"),
    422: ("Please look again", "请检查"),
    429: ("Too often", "过于频繁"),
    500: ("Our fault", "系统出错"),
    503: ("Not now", "暂时无法处理"),
}
TITLE_OTHER = ("Refused", "请求被拒绝")
