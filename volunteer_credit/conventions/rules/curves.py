"""The two curves: bands, and caps. Exact, in whole numbers; floored once."""

from fractions import Fraction

from volunteer_credit.conventions.rules.document import WEIGHT_UNIT, Cap, Earning
from volunteer_credit.conventions.rules.tallies import Curve


def exact_centipoints(earning: Earning, weighted_thousandths: int) -> Fraction:
    """What so much time in all is worth by the bands, before rounding."""
    total, done = Fraction(0), 0
    for band in earning.bands:
        end = band.up_to_minutes * WEIGHT_UNIT or weighted_thousandths
        within = min(weighted_thousandths, end) - done
        if within <= 0:
            break
        numerator, denominator = band.centipoints_per_minutes
        total += Fraction(within * numerator, denominator * WEIGHT_UNIT)
        done += within
    return total


def earning_curve(earning: Earning) -> Curve:
    """F: thousandths of weighted minutes to centipoints, floored to the clause's step."""

    def curve(weighted_thousandths: int) -> int:
        step = earning.step_centipoints
        return exact_centipoints(earning, weighted_thousandths) // step * step

    return curve


def cap_curve(cap: Cap) -> Curve:
    """C: centipoints before the cap to centipoints after it."""
    return lambda uncapped: min(uncapped, cap.centipoints)
