"""How the pages of people answer: on, back to the form with a sentence, or in for somebody."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any, TypeAlias
from urllib.parse import urlencode

from flask import Response as FlaskResponse
from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.faces import choose_first_face
from volunteer_credit.people.operations.sessions import Browser, SignedIn
from volunteer_credit.people.rules.authority_errors import NotSignedInError, StepUpNeededError
from volunteer_credit.people.rules.browsers import label_of
from volunteer_credit.shared.errors import (
    BusyError,
    DeniedError,
    LimitedError,
    ServiceError,
    StoppedError,
)
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import cookies, forms
from volunteer_credit.web.forms import Form, safe_next
from volunteer_credit.web.languages import language, t

# What is no fault of the form: said by a page of its own, or sent to prove who one is.
ELSEWHERE = (BusyError, StoppedError, DeniedError, NotSignedInError, StepUpNeededError)
MINUTE_SECONDS, HOUR_SECONDS = 60, 3600
UNPROCESSABLE = 422
Errors: TypeAlias = Mapping[str, str]


def attempt(form: Form, template: str, work: Callable[[], Response], **shown: Any) -> Response:
    """Do it, if the form reads; else, or when it is refused, show the form again and say why."""
    if not form.is_good:
        return _again(template, form, form.errors, UNPROCESSABLE, shown)
    try:
        return work()
    except ELSEWHERE:
        raise
    except ServiceError as refusal:
        return _again(template, form, {"": said(refusal)}, refusal.status, shown)


def _again(
    template: str, form: Form, errors: Errors, status: int, shown: dict[str, Any]
) -> FlaskResponse:
    text = render_template(template, errors=errors, given=form.texts, **shown)
    return make_response(text, status)


def unticked(form: Form, name: str, sentence: str) -> Form:
    """The form, saying this of a box that was left empty."""
    if name not in form.errors:
        return form
    return Form(form.texts, form.values, {**form.errors, name: sentence})


def said(refusal: ServiceError) -> str:
    """Its sentence; where it was too often, also when to come back."""
    sentence = refusal.sentence(language())
    if not isinstance(refusal, LimitedError):
        return sentence
    seconds = refusal.retry_after_seconds
    if seconds >= HOUR_SECONDS:
        count = ceil(seconds / HOUR_SECONDS)
        when = t(f"Try again in {count} hours", f"请在 {count} 小时后再试")
    else:
        count = max(1, ceil(seconds / MINUTE_SECONDS))
        when = t(f"Try again in {count} minutes", f"请在 {count} 分钟后再试")
    desk = t("; the desk can let you in at once with a slip.", "；社区服务台可当场发放登录凭条。")
    return f"{sentence} {when}{desk}"


def on(path: str, done: str = "", **more: str) -> Response:
    """To another page; `done` names what it says there (templates/people/done.html)."""
    asked = {name: value for name, value in {"done": done, **more}.items() if value}
    return redirect(f"{path}?{urlencode(asked)}" if asked else path, 303)


def browser(form: Form) -> Browser:
    """The browser that signs in; on somebody else's phone one that nobody will know again."""
    is_shared = form.values.get("shared") == "yes"
    return Browser(
        device_id=new_id(current().random) if is_shared else cookies.device_id(),
        address=request.remote_addr or "",
        is_shared_phone=is_shared,
        label=label_of(request.headers.get("User-Agent", "")),
        old_token=cookies.session_token(),
    )


def enter(signed: SignedIn, where: str) -> Response:
    """Begin the session in the browser."""
    is_shared = signed.caller.is_shared_phone
    cookies.set_session(signed.token, None if is_shared else signed.remember_ms // 1000)
    cookies.set_device(signed.caller.device_id, is_remembered=not is_shared)
    choose_first_face(signed.caller)
    return redirect(safe_next(where), 303)


def read_next(form: forms.Form | None = None) -> str:
    """Where to go after this, of this host only."""
    asked = request.args.get("next", "") if form is None else form.texts.get("next", "")
    return safe_next(asked) if asked else ""
