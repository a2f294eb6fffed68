"""Why a command is refused before the book is even looked at."""

from ledger.errors import IncompleteError, LedgerError, MalformedError, StoreError


class UsageError(LedgerError):
    """Words that do not go together; exit code 2."""

    code = "usage"
    en = "{problem}."
    zh = "命令用法有误：{problem}。"


class LineError(LedgerError):
    """A line of `append`'s input that is refused for a `reason`; nothing of the batch is written.

    Its exit code is the reason's.
    """

    code = "append_line"
    en = "Line {line} is refused ({code}), so nothing was written: {reason}"
    zh = "第 {line} 行被拒绝（{code}），整批均未写入：{reason}"

    def __init__(self, line: int, reason: LedgerError) -> None:
        self.reason = reason
        super().__init__(line=line, code=reason.code, reason=reason)


class InputLineError(MalformedError):
    """A line that is not an object with the fields of an entry."""

    code = "input_line"
    en = "A line is one JSON object with kind, data and actor; here {why}."
    zh = "每行应为一个含 kind、data、actor 的 JSON 对象；此处：{why}。"


class InputEmptyError(IncompleteError):
    """`append` without a single line."""

    code = "input_empty"
    en = "There is no entry on standard input, so nothing was written."
    zh = "标准输入中没有条目，未写入任何内容。"


class KeyFileError(MalformedError):
    """A key file that does not read."""

    code = "key_file"
    en = "{path} is not a private key file of this program."
    zh = "{path} 不是本程序的私钥文件。"


class KeyFileExistsError(StoreError):
    """A key that would be overwritten."""

    code = "key_file_exists"
    en = "{path} exists already; keys are never overwritten."
    zh = "{path} 已存在；密钥不会被覆盖。"


class KeysExistError(StoreError):
    """Four keys for a book whose keys are there."""

    code = "keys_exist"
    en = "{folder} holds keys of {origin} already; make one more key with --role."
    zh = "{folder} 中已有 {origin} 的密钥；要另制一把，请用 --role。"


class SignerMissingError(IncompleteError):
    """No private key for a line that has to be signed."""

    code = "signer_missing"
    en = "No key in {folder} can sign as {wanted}."
    zh = "{folder} 中没有能以 {wanted} 签名的密钥。"


class ReadInputError(IncompleteError):
    """A file or folder named on the command line that cannot be read."""

    code = "read_input"
    en = "{path} cannot be read: {reason}."
    zh = "无法读取 {path}：{reason}。"


class OutputError(StoreError):
    """Standard output that takes no more."""

    code = "output"
    en = "The answer could not be written out: {reason}."
    zh = "无法输出结果：{reason}。"


class ListenError(StoreError):
    """An address that a witness cannot listen on."""

    code = "listen"
    en = "The witness cannot listen on {address}: {reason}."
    zh = "见证者无法监听 {address}：{reason}。"


class NotPublishedError(IncompleteError):
    """A folder without a checkpoint."""

    code = "not_published"
    en = "{folder} holds no published book: there is no checkpoint in it."
    zh = "{folder} 中没有已公布的账本：其中没有 checkpoint。"


class BookEmptyError(IncompleteError):
    """What is left of a `new` that was cut off before entry 0."""

    code = "book_empty"
    en = "{folder} has not even its first entry; remove the folder and begin the book again."
    zh = "{folder} 连首条记录都没有；请删除该文件夹并重新开始账本。"


class SeqMissingError(IncompleteError):
    """An entry that is not in the published book."""

    code = "seq_missing"
    en = "Entry {seq} is not published; the newest checkpoint has {size} entries."
    zh = "第 {seq} 条尚未公布；最新检查点共有 {size} 条。"
