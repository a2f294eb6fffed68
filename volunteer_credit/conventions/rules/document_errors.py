"""Why a text is no convention. `path` says where, as in `detailed_rules/earnings/0/bands`."""

from volunteer_credit.shared.errors import BadRequestError, MissingError, RefusedError


class DocumentBytesError(BadRequestError):
    """Bytes that are not the one spelling of a document."""

    code = "convention_bytes"
    en = "These are not the bytes of a convention: {reason}."
    zh = "这不是公约文件的规范字节：{reason}。"


class DocumentShapeError(BadRequestError):
    """A field that is missing, unknown, of another kind, or out of its bounds."""

    code = "convention_shape"
    en = "The convention does not read at {path}: {reason}."
    zh = "公约在 {path} 处无法读取：{reason}。"


class NegativePointsError(RefusedError):
    """Points are given for time, never taken for conduct."""

    code = "convention_negative_points"
    en = "{path} takes points away. A convention can only give points; write what is encouraged."
    zh = "{path} 为扣分。公约只能加分，不得因行为扣分；请写明鼓励的内容。"


class PersonalNumberError(RefusedError):
    """A text with a number that looks like a phone or an identity card."""

    code = "convention_personal_number"
    en = "{path} seems to name a person by a number; a convention names nobody. Take it out."
    zh = "{path} 疑似含有手机号或身份证号；公约不得写明个人信息，请删去。"


class TextFormError(RefusedError):
    """A text that is not in Unicode's composed form, so it would have two spellings."""

    code = "convention_text_form"
    en = "The text at {path} is not in Unicode form NFC; type it again, or let the form do it."
    zh = "{path} 处的文字不是 Unicode NFC 规范形式；请重新输入，或由表单转换。"


class TwiceError(RefusedError):
    """Something that may stand there once."""

    code = "convention_twice"
    en = "{path} names {what} a second time; each may stand there once."
    zh = "{path} 处重复出现 {what}；每项只能出现一次。"


class ClauseUnknownError(RefusedError):
    """A rule without a clause that residents can read."""

    code = "convention_clause_unknown"
    en = "{path} names clause {clause}, which has no text; write the clause first."
    zh = "{path} 引用的条款 {clause} 没有条文；请先写明条文。"


class ClauseLevelError(RefusedError):
    """A clause at another level than the rule it stands beside."""

    code = "convention_clause_level"
    en = (
        "Clause {clause} is marked {found}, but its rule stands among the {level}; make them equal."
    )
    zh = "条款 {clause} 标为 {found}，其规则却在 {level} 中；请使两者一致。"


class RuleClauseError(RefusedError):
    """One clause for two rules: entries could not tell them apart."""

    code = "convention_rule_clause"
    en = "Clause {clause} stands beside two rules ({path}); give each rule its own clause."
    zh = "条款 {clause} 对应了两条规则（{path}）；请为每条规则单列条款。"


class FundUnknownError(RefusedError):
    """Points from a fund that the principles don't know."""

    code = "convention_fund_unknown"
    en = "Clause {clause} gives points of fund {fund}, which the principles do not name."
    zh = "条款 {clause} 使用的基金 {fund} 未在公约原则中列明。"


class OrderError(RefusedError):
    """Numbers that must rise and don't."""

    code = "convention_order"
    en = "The numbers at {path} must rise from each to the next."
    zh = "{path} 处的数字须逐项递增。"


class BandsOpenError(RefusedError):
    """Bands that end, or that go on after the end."""

    code = "convention_bands_open"
    en = "The last band of clause {clause}, and only that, has no end: write 0 there."
    zh = "条款 {clause} 的最后一档（且仅最后一档）不设上限：上限请写 0。"


class CapEarningError(RefusedError):
    """A cap over a clause that earns nothing."""

    code = "convention_cap_earning"
    en = "Cap {clause} names {earning}, which is no clause that earns points."
    zh = "上限条款 {clause} 所列 {earning} 不是计分条款。"


class CapFundError(RefusedError):
    """A cap over points of two funds: what each fund gives would depend on the order."""

    code = "convention_cap_fund"
    en = "Cap {clause} holds clauses of several funds; write one cap for each fund."
    zh = "上限条款 {clause} 涉及多个基金；请为每个基金分别设定上限。"


class CapPeriodError(RefusedError):
    """A cap over parts of a count: which part a rounded step falls into depends on the order."""

    code = "convention_cap_period"
    en = (
        "Cap {clause} is by the {window}, but clause {earning} counts time by the {period}: count"
        " by the {window} or a shorter period, or cap a longer one."
    )
    zh = (
        "上限 {clause} 按 {window} 计，而条款 {earning} 按 {period} 累计：请按 {window} 或更短的"
        "时段累计，或改用更长时段的上限。"
    )


class CapOrderError(RefusedError):
    """Two caps whose result would depend on the order of services."""

    code = "convention_cap_order"
    en = (
        "Caps {first} and {second} cross: put the narrower first, and let the wider hold all its"
        " clauses and days. Else what a person gets would depend on the order of recording."
    )
    zh = (
        "上限 {first} 与 {second} 相互交叉：请把较窄的放在前面，并使较宽的完全包含其条款和时段；"
        "否则所得积分会因记录先后而不同。"
    )


class LimitOrderError(RefusedError):
    """A limit above the one that is to hold it."""

    code = "convention_limit_order"
    en = "{path} must not be above {above}."
    zh = "{path} 不得大于 {above}。"


class ShareError(RefusedError):
    """More than the whole planned time."""

    code = "convention_share"
    en = "{path} is a share of the planned time: at most the whole of it."
    zh = "{path} 是计划时间的占比，不得超过全部。"


class NoSuchFundError(MissingError):
    """A fund that the convention does not know."""

    code = "convention_no_fund"
    en = "The convention names no fund {fund!r}."
    zh = "公约中没有基金 {fund!r}。"
