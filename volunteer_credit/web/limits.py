"""How often one may ask, said at the view: `@limited("sign-in", per_ip=(20, 60))`."""

import functools
import ipaddress
from collections.abc import Callable
from typing import ParamSpec, TypeAlias, TypeVar

from flask import request

from volunteer_credit.shared.limits import TooManyError, spend
from volunteer_credit.shared.runtime import current
from volunteer_credit.web import gate

LIMITED = "is_limited"
IPV6_PREFIX_BITS = 64  # what one household gets

Limit: TypeAlias = tuple[int, int]  # how many, in how many seconds
P = ParamSpec("P")
R = TypeVar("R")


def address() -> str:
    """Whose address to count: of IPv6 the network."""
    text = request.remote_addr or ""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:  # a server that listens to both kinds writes IPv4 so
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_PREFIX_BITS), strict=False))


def refuse_over(what: str, key: str, limit: Limit) -> None:
    """Count a try of this. Raises: TooManyError."""
    count_max, window_seconds = limit
    wait_seconds = spend(what, key, count_max, window_seconds, current().clock.now_ms())
    if wait_seconds is not None:
        raise TooManyError(seconds=wait_seconds)


def limited(
    what: str, *, per_ip: Limit | None = None, per_session: Limit | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view be called so often only; without a session the address counts for it."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if per_ip is not None:
                refuse_over(f"{what}:ip", address(), per_ip)
            if per_session is not None:
                known = gate.caller()  # and not the cookie, which anybody can make up
                key = known.session_id if known else address()
                refuse_over(f"{what}:session", key, per_session)
            return view(*args, **kwargs)

        setattr(run, LIMITED, True)
        return run

    return decorate
