"""Where one is signed in, and the devices that were enrolled: to look at, and to end."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from volunteer_credit.people.operations.devices import own_devices, revoke_device
from volunteer_credit.people.operations.session_ends import (
    end_other_sessions,
    end_session,
    own_sessions,
)
from volunteer_credit.people.pages.answers import on
from volunteer_credit.people.rules.sign_in_errors import CredentialMissingError
from volunteer_credit.people.schemas.own import NamedSchema
from volunteer_credit.web import forms
from volunteer_credit.web.auth import SIGNED_IN, requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key

pages = Blueprint("people_sessions", __name__, template_folder="../templates")


@pages.get("/me/sessions")
@requires(SIGNED_IN)
def show() -> str:
    """All of them; this one is marked."""
    caller = signed_in()
    return render_template(
        "people/sessions.html",
        sessions=own_sessions(caller),
        devices=own_devices(caller),
        current_session=caller.session_id,
    )


@pages.post("/me/sessions/end")
@requires(SIGNED_IN)
def end() -> Response:
    """End one."""
    end_session(signed_in(), _named())
    return on("/me/sessions", "session_ended")


@pages.post("/me/sessions/end-others")
@requires(SIGNED_IN)
def end_others() -> Response:
    """End all but this."""
    end_other_sessions(signed_in())
    return on("/me/sessions", "session_ended")


@pages.post("/me/sessions/revoke")
@requires(SIGNED_IN)
def revoke() -> Response:
    """A device that was lost, or given away."""
    revoke_device(signed_in(), _named(), "", request_key())
    return on("/me/sessions", "device_revoked")


def _named() -> str:
    form = forms.read(NamedSchema)
    if not form.is_good:
        raise CredentialMissingError
    return str(form.values["name"])
