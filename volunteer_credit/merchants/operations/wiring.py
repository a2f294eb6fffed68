"""What lower rooms are handed from merchants; wiring.py installs it."""

from volunteer_credit.merchants.operations import agreements
from volunteer_credit.shared.runtime import Runtime

LOADED = (agreements,)  # loading it says what the approval of an agreement changes


def install(_runtime: Runtime) -> None:
    """Hand down what other rooms ask of this one: nothing of a person stands in its rows."""
