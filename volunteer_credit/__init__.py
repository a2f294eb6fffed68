"""The service around the book: people, conventions, funds, points and the pages to use them.

Rooms are added with the issues that need them, each on its step of the staircase in
docs/architecture.md. This file stays light, so that pure rules load without a web framework.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from volunteer_credit.shared.runtime import Runtime


def create_app(runtime: "Runtime | None" = None) -> "Flask":
    """The application, for these settings or for those of the environment.

    Raises: SettingsError (config.py) when the environment does not hold good settings.
    """
    from volunteer_credit import wiring  # noqa: PLC0415 - or rules would load Flask

    return wiring.build(runtime)
