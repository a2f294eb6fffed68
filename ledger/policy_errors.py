"""Why a policy file is refused (C2SP tlog-policy)."""

from ledger.errors import MalformedError


class PolicyFileError(MalformedError):
    """A file that is too large or ends in the middle of a line."""

    code = "policy_file"
    en = "The policy has {count} bytes: at most 1 MiB is read, and the last byte is a newline."
    zh = "策略文件共 {count} 字节：最多读取 1 MiB，且须以换行结尾。"


class PolicyLineError(MalformedError):
    """A line of no known form."""

    code = "policy_line"
    en = "Line {line} of the policy is not a log, witness, group or (only one) quorum line."
    zh = "策略文件第 {line} 行不是 log、witness、group 行，也不是唯一的 quorum 行。"


class PolicyOctetError(MalformedError):
    """A control character other than tab and newline."""

    code = "policy_octet"
    en = "Line {line} of the policy holds a control character."
    zh = "策略文件第 {line} 行含有控制字符。"


class PolicyKeyError(MalformedError):
    """A key that does not read, or whose type has no business in such a line."""

    code = "policy_key"
    en = "Line {line} of the policy has no readable key of a type that fits: {key!r}."
    zh = "策略文件第 {line} 行的密钥无法读取，或类型不适用于此行：{key!r}。"


class PolicyDuplicateError(MalformedError):
    """One public key twice among the logs or among the witnesses, or one name twice."""

    code = "policy_duplicate"
    en = "Line {line} of the policy repeats the key or the name of {name!r}."
    zh = "策略文件第 {line} 行重复了 {name!r} 的密钥或名称。"


class PolicyNameError(MalformedError):
    """A name that is not defined above, or that is a group member already."""

    code = "policy_name"
    en = "Line {line} of the policy uses {name!r}: undefined above, or a group member already."
    zh = "策略文件第 {line} 行使用了 {name!r}，它在上文没有定义，或已是某组的成员。"


class PolicyThresholdError(MalformedError):
    """A group that asks for none of its members or for more than it has."""

    code = "policy_threshold"
    en = "Line {line} of the policy must ask for any, all, or 1 to {count} of its members."
    zh = "策略文件第 {line} 行的门槛须为 any、all 或 1 到 {count} 的数。"


class PolicyLimitError(MalformedError):
    """More than 64 logs, witnesses or groups."""

    code = "policy_limit"
    en = "Line {line} of the policy is over the limit of 64 logs, 64 witnesses and 64 groups."
    zh = "策略文件第 {line} 行超出了日志、见证者、组各 64 个的上限。"


class PolicyNoQuorumError(MalformedError):
    """A file without a quorum line."""

    code = "policy_no_quorum"
    en = "The policy has no quorum line."
    zh = "策略文件没有 quorum 行。"
