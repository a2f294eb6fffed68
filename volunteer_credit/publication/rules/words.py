"""What kinds of entries mean, for people who read one: English, Chinese."""

KINDS = {
    "book.opened": ("The book was opened", "账本开立"),
    "book.closed": ("The book was closed", "账本结束"),
    "book.opening": ("Carried over from the book before", "由前一账本结转"),
    "book.opened.complete": ("The carrying over was completed", "结转完成"),
    "closing.stated": ("Hours and points at the end of the book", "账本结束时的工时与积分"),
    "key.added": ("A key was added", "新增密钥"),
    "key.retired": ("A key was retired", "停用密钥"),
    "clock.reset": ("The clock was set back", "时钟更正"),
    "account.opened": ("Accounts were opened", "开立账户"),
    "account.closed": ("Accounts were closed", "关闭账户"),
    "account.reopened": ("Accounts were opened again", "重新开立账户"),
    "contract.signed": ("Joined the points: the convention was signed", "签约加入积分"),
    "contract.ended": ("Left the points: the contract was ended", "解约退出积分"),
    "presence.started": ("Checked in", "签到"),
    "presence.seen": ("Seen again at the shift", "中途核对在场"),
    "presence.ended": ("Checked out", "签退"),
    "presence.annulled": ("A check-in was taken back", "签到撤销"),
    "shift.counted": ("The people at the shift were counted", "班次清点人数"),
    "hours.noticed": (
        "Service time was approved and is on public notice",
        "服务时间审核通过并公示",
    ),
    "hours.voided": ("Service time on notice was taken back", "公示中的服务时间撤销"),
    "hours.refused": ("Service time was not approved", "服务时间审核未通过"),
    "hours.recorded": ("Service time was recorded", "服务时间记入"),
    "hours.objected": ("Somebody objected to service time", "对服务时间提出异议"),
    "hours.answered": ("An objection was answered", "异议答复"),
    "points.awarded": ("Points were awarded", "积分发放"),
    "points.deferred": ("Points wait for the fund", "积分待拨付"),
    "points.paid": ("Points that waited were paid", "待拨付积分补发"),
    "points.corrected": ("Points were corrected", "积分更正"),
    "points.none": ("No points for this service", "本次服务不计积分"),
    "points.expired": ("Points of a past month expired", "积分到期"),
    "redemption.held": ("Points were held for a purchase", "兑换预占积分"),
    "redemption.confirmed": ("A purchase with points was confirmed", "兑换确认"),
    "redemption.voided": (
        "Held points were released, nothing was bought",
        "兑换取消，预占积分释放",
    ),
    "redemption.refunded": ("Points of a purchase were given back", "兑换退还积分"),
}
# Two persons: proposed by one, approved by another.
PAIRS = {
    "role": ("A role", "角色"),
    "account.merge": ("Two accounts become one", "账户合并"),
    "convention": ("The residents' convention", "居民公约"),
    "agreement": ("An agreement with a merchant", "商户协议"),
    "fund.budget": ("A change of the fund's budget", "信用基金预算变动"),
    "hours.sheet": ("Service time from a paper sheet", "纸质签到表的服务时间"),
    "hours.correction": ("A correction of service time", "服务时间更正"),
}
# What later kinds of pairs are about, as far as their first word tells.
_FAMILIES = {
    "role": PAIRS["role"],
    "convention": PAIRS["convention"],
    "agreement": PAIRS["agreement"],
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
    name, _, step = kind.rpartition(".")
    about = PAIRS.get(name) or _FAMILIES.get(name.partition(".")[0])
    if about is None or step not in _STEPS:
        return kind, kind
    (en, zh), (en_step, zh_step) = about, _STEPS[step]
    return f"{en}: {en_step}", f"{zh}：{zh_step}"
