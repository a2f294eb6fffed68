"""Receipts as people bring them: a file, or a text out of a message."""

from volunteer_credit.shared.errors import RefusedError

RECEIPT_BYTES_MAX = 65_536


class ReceiptTooLargeError(RefusedError):
    """More than any receipt has."""

    code = "receipt_too_large"
    en = "A receipt has at most {bytes_max} bytes; this is another file."
    zh = "回执最多 {bytes_max} 字节；这不是回执文件。"


def pasted(text: str) -> bytes:
    """The receipt in a text field: browsers end its lines with CR LF, people lose its last one."""
    body = text.replace("\r\n", "\n").strip()
    return f"{body}\n".encode() if body else b""


def check_length(data: bytes) -> bytes:
    """The same, if it is not too long. Raises: ReceiptTooLargeError."""
    if len(data) > RECEIPT_BYTES_MAX:
        raise ReceiptTooLargeError(bytes_max=RECEIPT_BYTES_MAX)
    return data
