"""Members, cashiers and staff at the pages, each in a browser of their own."""

import json
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.people.make import COMMUNITY, Resident
from tests.people.sign_in_make import PIN
from tests.people.visitor import Guest, forms_of, text_of
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.shared.db import end_reading


def enter(app: Flask, who: Resident, *, device: bool = False) -> Guest:
    """A browser of somebody: signed in by a slip, or enrolled as a till or a desk."""
    end_reading()
    kind = "device" if device else "invitation"
    code = issue_slip(None, kind, who.person_id, COMMUNITY, f"{kind} {who.person_id}").code
    guest = Guest(app)
    if device:
        assert guest.send(f"/d/{code}", pin=PIN, pin_again=PIN).status_code == 303
    else:
        assert guest.send(f"/s/{code}").status_code == 303
    end_reading()
    return guest


def fill(guest: Guest, answer: TestResponse, where: int = 0, /, **filled: str) -> TestResponse:
    """Send one of the forms of a page; `where`: which of them."""
    form = forms_of(answer)[where]
    end_reading()
    if form.method == "get":
        asked = "&".join(f"{name}={value}" for name, value in {**form.fields, **filled}.items())
        return guest.get(f"{form.action}?{asked}")
    return guest.post(form.action, data={**form.fields, **filled})


def call(guest: Guest, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    """Call the API from a browser that is signed in; status and what was answered."""
    end_reading()
    token = guest.get("/api/v1/session").get_json()["csrf_token"]
    end_reading()
    headers = {"X-CSRF-Token": token, "Idempotency-Key": key or f"{method} {path} {body}"[:120]}
    headers["Idempotency-Key"] = headers["Idempotency-Key"].encode("ascii", "replace").decode()
    answer = guest.client.open(
        f"/api/v1{path}", method=method, base_url=guest.origin, json=body, headers=headers
    )
    end_reading()
    text = answer.get_data(as_text=True)
    return answer.status_code, json.loads(text) if text else None


__all__ = ["call", "enter", "fill", "forms_of", "text_of"]
