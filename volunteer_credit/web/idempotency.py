"""The number of a request: sent again, it counts once (design §7, docs/adr/0005).

A program chooses its own, in the header `Idempotency-Key`, which every unsafe method under `/api`
must have. A page gets one from us; it is signed for the browser it was made for.
"""

import hmac
import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

from volunteer_credit.shared.derived import derived
from volunteer_credit.shared.errors import BadRequestError
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import csrf
from volunteer_credit.web.auth import handler
from volunteer_credit.web.requests import is_api, is_unsafe

FIELD = "_key"
HEADER = "Idempotency-Key"
KEYLESS = "needs_no_key"

_HEADER_FORM = re.compile(r"[ -~]{1,128}")
_FIELD_FORM = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})")
View = TypeVar("View", bound=Callable[..., Any])


class RequestKeyMissingError(BadRequestError):
    """A call that writes, without a number."""

    code = "request_key_missing"
    en = "Send the header Idempotency-Key: a new random text, the same one when you try again."
    zh = "请发送 Idempotency-Key 请求头：每次操作使用新的随机文本，重试时保持不变。"


class RequestKeyFormError(BadRequestError):
    """A number of another form, or one that this page was not given."""

    code = "request_key_form"
    en = "The request number is not usable here. Open the page again; in a header, send 1 to 128"
    en += " printable ASCII characters."
    zh = "请求编号不可用：请重新打开页面；如用请求头，须为 1 至 128 个可打印的 ASCII 字符。"


def keyless(view: View) -> View:
    """State that an unsafe method under `/api` writes nothing, so that it needs no number."""
    setattr(view, KEYLESS, True)
    return view


def is_keyless(view: object) -> bool:
    """Whether that is stated."""
    return bool(getattr(view, KEYLESS, False))


def new_key() -> str:
    """A number for one form, signed for this browser."""
    number = new_id(current().random)
    return f"{number}.{_mac(number, make=True)}"


def request_key() -> str:
    """The number of this request, for an operation. Raises: one of the two refusals above."""
    if is_api():
        sent = request.headers.get(HEADER)
        if not sent:
            raise RequestKeyMissingError
        if not _HEADER_FORM.fullmatch(sent):
            raise RequestKeyFormError
        return sent
    match = _FIELD_FORM.fullmatch(request.form.get(FIELD, ""))
    if match is None or not hmac.compare_digest(match[2], _mac(match[1], make=False)):
        raise RequestKeyFormError
    return match[1]


def check() -> None:
    """Ask every call that may write for its number. Raises: as `request_key`."""
    if not (is_api() and is_unsafe()):
        return
    assert request.endpoint is not None
    if not is_keyless(handler(current_app, request.endpoint, request.method)):
        request_key()


def _mac(number: str, *, make: bool) -> str:
    return derived(current()).mac("form-key", f"{number}\n{csrf.binding(make=make)}")
