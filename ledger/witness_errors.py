"""How asking a witness can fail; raised by `ledger.witness_client` and `ledger.witness_http`."""

from ledger.errors import ForkError, IncompleteError, MalformedError, SignatureError


class WitnessForkError(ForkError):
    """A witness that holds another tree than ours (409 without a size, or 422)."""

    code = "witness_fork"
    en = "The witness {witness!r} has cosigned another tree than the one of size {size} here."
    zh = "见证者 {witness!r} 联署过的树与此处大小为 {size} 的树不一致。"


class WitnessAheadError(ForkError):
    """A witness that has cosigned a larger tree: ours is an old one."""

    code = "witness_ahead"
    en = "The witness {witness!r} has cosigned size {ahead} already; this checkpoint has {size}."
    zh = "见证者 {witness!r} 已联署大小 {ahead}，而此检查点的大小只有 {size}。"


class WitnessMovingError(IncompleteError):
    """A witness whose last size was another one in every round."""

    code = "witness_moving"
    en = "The witness {witness!r} named another size in each of {rounds} rounds; try again later."
    zh = "见证者 {witness!r} 在 {rounds} 轮中每次给出不同的大小，请稍后再试。"


class WitnessBusyError(IncompleteError):
    """A witness that asks to come back later (429)."""

    code = "witness_busy"
    en = "The witness {witness!r} is busy; it asks to come back after {retry_after!r}."
    zh = "见证者 {witness!r} 繁忙，要求在 {retry_after!r} 之后再来。"


class WitnessAnswerError(MalformedError):
    """An answer that is not one of add-checkpoint."""

    code = "witness_answer"
    en = "The answer of the witness {witness!r} (status {status}) does not read as tlog-witness."
    zh = "见证者 {witness!r} 的答复（状态 {status}）不符合 tlog-witness 格式。"


class WitnessAnswerSizeError(MalformedError):
    """An answer over the size that is read."""

    code = "witness_answer_too_large"
    en = "The answer from {url!r} has more than {bytes_max} bytes."
    zh = "{url!r} 的答复超过 {bytes_max} 字节。"


class WitnessDistrustError(SignatureError):
    """A witness that trusts none of the log's signatures (403)."""

    code = "witness_distrust"
    en = "The witness {witness!r} trusts no signature on the checkpoint of {origin!r}."
    zh = "见证者 {witness!r} 不信任 {origin!r} 的检查点上的任何签名。"


class WitnessStrangerError(IncompleteError):
    """A witness that does not follow the log (404)."""

    code = "witness_stranger"
    en = "The witness {witness!r} does not follow the log {origin!r}, or has another address."
    zh = "见证者 {witness!r} 不跟踪日志 {origin!r}，或地址有误。"


class WitnessRequestError(MalformedError):
    """A request that the witness calls malformed (400)."""

    code = "witness_request_refused"
    en = "The witness {witness!r} calls the request for {origin!r} malformed."
    zh = "见证者 {witness!r} 认为对 {origin!r} 的请求格式有误。"


class WitnessFailedError(IncompleteError):
    """A witness that fails, or answers with a status that is not of this protocol."""

    code = "witness_failed"
    en = "The witness {witness!r} failed with status {status}."
    zh = "见证者 {witness!r} 出错，状态为 {status}。"


class WitnessUnreachableError(IncompleteError):
    """A witness that cannot be reached."""

    code = "witness_unreachable"
    en = "No answer from {url!r}: {reason}."
    zh = "{url!r} 没有答复：{reason}。"
