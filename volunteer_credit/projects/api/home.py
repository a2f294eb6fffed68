"""Calls from inside a community: who comes from elsewhere is told nothing, not even of forms."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from volunteer_credit.projects.operations.membership import at_home
from volunteer_credit.web.gate import signed_in

P = ParamSpec("P")
R = TypeVar("R")


def of_here(view: Callable[P, R]) -> Callable[P, R]:
    """Let only members of the community in, before the body is read. Raises: NoPlaceHereError."""

    @functools.wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        community: Any = kwargs["community"]
        at_home(signed_in(), str(community))
        return view(*args, **kwargs)

    return run
