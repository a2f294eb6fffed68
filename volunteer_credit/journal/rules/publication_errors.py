"""Why something of the publication is not given, and why a receipt does not hold."""

from volunteer_credit.shared.errors import BusyError, MissingError, RefusedError


class NotPublishedError(MissingError):
    """A file that the publication does not have, or that is not for the public."""

    code = "publication_missing"
    en = "The publication of this book has no such file."
    zh = "该账本的公开文件中没有此文件。"


class NotPublishedYetError(BusyError):
    """An entry that has no checkpoint yet."""

    code = "not_published_yet"
    retry_after_seconds = 5
    en = "Entry {seq} is written but not in a published checkpoint yet; try again in a moment."
    zh = "第 {seq} 号条目已写入，但尚未进入公布的检查点；请稍后再试。"


class ReceiptUnreadableError(RefusedError):
    """Not a receipt, or one that was cut or changed."""

    code = "receipt_unreadable"
    en = "This is not a whole receipt: something is missing or was changed ({reason})"
    zh = "这不是完整的回执：内容有缺失或被改动（{reason}）"


class ReceiptWithoutEntryError(RefusedError):
    """A proof that does not bring the entry that it proves."""

    code = "receipt_without_entry"
    en = "The file proves the place of an entry, but the entry itself is not in it."
    zh = "该文件只含位置证明，没有条目本身。"


class ReceiptElsewhereError(RefusedError):
    """A receipt of a book that is not kept here."""

    code = "receipt_elsewhere"
    en = "This receipt is of the book {origin!r}, which is not kept here; ask whoever keeps it."
    zh = "该回执属于账本 {origin!r}，不由本站保管；请向其保管方核对。"


class ReceiptSignatureError(RefusedError):
    """A checkpoint that the keys of its book did not sign."""

    code = "receipt_signature"
    en = "The keys of this book did not sign what stands in the receipt ({reason})"
    zh = "回执上的签名不是该账本的密钥所签（{reason}）"


class ReceiptProofError(RefusedError):
    """An entry that is not the one at its place in the tree."""

    code = "receipt_proof"
    en = "The entry is not the one that the signed checkpoint has at this place: it was changed."
    zh = "该条目与已签名检查点在此位置的条目不符：内容被改动过。"


class ReceiptForkError(RefusedError):
    """A good receipt for another history than the published one."""

    code = "receipt_fork"
    en = "The receipt is signed, but it is not of the history published here. Keep it and show it"
    en += " to the supervisors: the book was changed behind your back."
    zh = "回执签名有效，但与这里公布的历史不一致。请保存好它并交给居务监督：账本可能被暗中改动。"
