"""Counting tries to get in: by telephone, by address, by the network around it."""

from collections.abc import Iterable

from volunteer_credit.people.rules.sign_in_errors import TooManyTriesError
from volunteer_credit.people.rules.tries import (
    CODE_ADDRESS,
    CODE_NETWORK,
    TRY_ADDRESS,
    TRY_NETWORK,
    Limit,
    address_and_network,
)
from volunteer_credit.shared.limits import spend


def count(limits: Iterable[Limit], key: str, at_ms: int) -> None:
    """Count one try against each limit, the shortest window first. Raises: TooManyTriesError."""
    for each in limits:
        wait_seconds = spend(each.what, key, each.count_max, each.window_seconds, at_ms)
        if wait_seconds is not None:
            raise TooManyTriesError(seconds=wait_seconds)


def count_address(address: str, at_ms: int) -> None:
    """Count a try to sign in from an IP address. Raises: TooManyTriesError."""
    own, network = address_and_network(address)
    count(TRY_ADDRESS, own, at_ms)
    count(TRY_NETWORK, network, at_ms)


def count_code_address(address: str, at_ms: int) -> None:
    """Count a code that was asked for from an IP address. Raises: TooManyTriesError."""
    own, network = address_and_network(address)
    count(CODE_ADDRESS, own, at_ms)
    count(CODE_NETWORK, network, at_ms)
