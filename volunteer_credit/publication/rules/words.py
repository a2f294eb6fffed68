"""What kinds of entries mean, for people who read one."""

KINDS = {
    "book.opened": ("The book was opened", "账本开立"),
    "book.closed": ("The book was closed", "账本结束"),
    "book.opening": ("Carried over from the book before", "由前一账本结转"),
    "book.opened.complete": ("The carrying over was completed", "结转完成"),
    "key.added": ("A key was added", "新增密钥"),
    "key.retired": ("A key was retired", "停用密钥"),
    "clock.reset": ("The clock was set back", "时钟更正"),
    "account.opened": ("Accounts were opened", "开立账户"),
    "account.closed": ("Accounts were closed", "关闭账户"),
    "account.merged": ("Two accounts became one", "账户合并"),
    "hours.recorded": ("Service time was recorded", "服务时间记入"),
    "hours.corrected": ("Service time was corrected", "服务时间更正"),
    "hours.withdrawn": ("Service time was withdrawn", "服务时间撤回"),
    "points.awarded": ("Points were awarded", "积分发放"),
    "points.deferred": ("Points wait for the fund", "积分待拨付"),
    "points.corrected": ("Points were corrected", "积分更正"),
    "points.none": ("No points for this service", "本次服务不计积分"),
}
_FAMILIES = {
    "role": ("A role", "角色"),
    "convention": ("The residents' convention", "居民公约"),
    "agreement": ("An agreement with a merchant", "商户协议"),
    "fund": ("The fund", "信用基金"),
    "hours": ("Service time", "服务时间"),
    "points": ("Points", "积分"),
    "settlement": ("A settlement", "结算"),
}
_STEPS = {
    "proposed": ("proposed", "已提出"),
    "approved": ("approved", "已批准"),
    "withdrawn": ("withdrawn", "已撤回"),
}


def kind_words(kind: str) -> tuple[str, str]:
    """A kind in English and Chinese; one that is not known stays as it is written."""
    if kind in KINDS:
        return KINDS[kind]
    family, step = kind.split(".", maxsplit=1)[0], kind.rpartition(".")[2]
    if family in _FAMILIES and step in _STEPS:
        (en, zh), (en_step, zh_step) = _FAMILIES[family], _STEPS[step]
        return f"{en}: {en_step}", f"{zh}：{zh_step}"
    return kind, kind
