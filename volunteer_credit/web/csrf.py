"""Whether a person meant it: what changes something comes from a page of ours, made for them.

A form carries a MAC of the session's secret (of the visit's, before anyone is signed in), a script
sends it as a header. It is worth nothing with another session, so a stolen one does not help.
"""

import hmac

from flask import request

from volunteer_credit.shared.derived import derived
from volunteer_credit.shared.errors import DeniedError
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import cookies
from volunteer_credit.web.requests import carried

FIELD = "_csrf"
HEADER = "X-CSRF-Token"


class CrossSiteError(DeniedError):
    """A browser says that another site sent this."""

    code = "cross_site"
    en = "This came from another web site, so nothing was done. Begin again from our own page."
    zh = "此请求来自其他网站，未执行任何操作；请从本站页面重新开始。"


class CookiesOffError(DeniedError):
    """A browser that keeps no cookies."""

    code = "cookies_off"
    en = "Your browser keeps no cookies for us. Allow them, open the page again and send it again."
    zh = "您的浏览器未保存本站的 Cookie；请允许后重新打开页面，再次提交。"


class FormStaleError(DeniedError):
    """A form of another session, or without its token."""

    code = "form_stale"
    en = "This page is too old or was made for another sign-in. Open it again and send it again."
    zh = "页面已过期，或属于另一次登录；请重新打开页面后再提交。"


def binding(*, make: bool) -> str:
    """What ties a form to the browser that it was made for; empty when there is nothing."""
    token = cookies.session_token()
    if token:
        return f"session\n{token}"
    secret = cookies.visit(make=make)
    return f"visit\n{secret}" if secret else ""


def token() -> str:
    """What the forms and scripts of this browser must send."""
    return derived(current()).mac("csrf", binding(make=True))


def check() -> None:
    """Refuse what no page of ours sent. Raises: one of the three refusals above."""
    now, sent = carried(), request.headers
    if not now.is_unsafe:
        return
    if sent.get("Sec-Fetch-Site") == "cross-site":
        raise CrossSiteError
    if now.is_api and not cookies.session_token():
        return  # nothing that a browser adds by itself gives this call any right
    bound = binding(make=False)
    if not bound:
        raise CookiesOffError
    token = sent.get(HEADER) or ("" if now.is_api else request.form.get(FIELD, ""))
    expected = derived(current()).mac("csrf", bound)
    if not hmac.compare_digest(token.encode(), expected.encode()):
        raise FormStaleError
