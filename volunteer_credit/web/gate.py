"""Who calls and what they may do: asked of whoever knows people, through a `Gate`."""

from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app, request

from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.errors import SignInError
from volunteer_credit.web import cookies
from volunteer_credit.web.requests import carried

EXTENSION = "volunteer_credit.web"
COMMUNITY = "community"


class Gate(Protocol):
    """What the edge needs to know of people; wiring.py hands it in."""

    def caller(self, token: str, device_id: str, community_id: str = "") -> Caller | None:
        """Whose session this is; None when it is nobody's, or is over.

        `community_id`: where the request goes, if it says so; it may be read for that together.
        """
        ...

    def may(self, caller: Caller | None, action: str, community_id: str) -> bool:
        """Whether the caller may do this there, as far as is known before the operation."""
        ...

    def language(self, caller: Caller) -> str | None:
        """`zh` or `en`, when the person has chosen."""
        ...

    def is_large_print(self, caller: Caller) -> bool:
        """Whether the person has chosen large print."""
        ...


class ClosedGate:
    """Nobody is signed in, and nobody may do anything."""

    def caller(
        self,
        token: str,  # noqa: ARG002 - as Gate asks
        device_id: str,  # noqa: ARG002 - as Gate asks
        community_id: str = "",  # noqa: ARG002 - as Gate asks
    ) -> Caller | None:
        """Nobody."""
        return None

    def may(
        self,
        caller: Caller | None,  # noqa: ARG002 - as Gate asks
        action: str,  # noqa: ARG002 - as Gate asks
        community_id: str,  # noqa: ARG002 - as Gate asks
    ) -> bool:
        """Nothing."""
        return False

    def language(self, caller: Caller) -> str | None:  # noqa: ARG002 - as Gate asks
        """No choice."""
        return None

    def is_large_print(self, caller: Caller) -> bool:  # noqa: ARG002 - as Gate asks
        """No choice."""
        return False


@dataclass(frozen=True)
class Above:
    """What wiring.py hands down to the edge."""

    gate: Gate


class SignInNeededError(SignInError):
    """A page or call for those who are signed in."""

    code = "sign_in_needed"
    en = "Please sign in first."
    zh = "请先登录。"


def attach(app: Flask, above: Above) -> None:
    """Give an application what is above the edge."""
    app.extensions[EXTENSION] = above


def above() -> Above:
    """What was handed down to the current application."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Above)
    return found


def caller() -> Caller | None:
    """Who calls; asked once for each request. Raises: what `db_errors` knows."""
    now = carried()
    if not now.is_caller_known:
        now.is_caller_known = True
        token = cookies.session_token()
        try:
            if token:
                where = str((request.view_args or {}).get(COMMUNITY, ""))
                now.caller = above().gate.caller(token, cookies.known_device_id(), where)
        except Exception as problem:
            now.caller_problem = problem  # or a database that is away would be waited for again
            raise
    if now.caller_problem is not None:
        raise now.caller_problem
    return now.caller


def signed_in() -> Caller:
    """Who calls. Raises: SignInNeededError when that is nobody."""
    found = caller()
    if found is None:
        raise SignInNeededError
    return found


def may(action: str, community_id: str = "") -> bool:
    """Whether to show a button for this: in the community named, else in the one chosen."""
    found = caller()
    if found is None:
        return False
    return above().gate.may(found, action, community_id or found.community_id)
