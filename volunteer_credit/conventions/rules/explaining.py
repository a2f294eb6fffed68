"""An award told step by step, to people and to the book."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from volunteer_credit.conventions.rules.award import Award
from volunteer_credit.conventions.rules.curves import exact_centipoints
from volunteer_credit.conventions.rules.document import WEIGHT_UNIT, Convention
from volunteer_credit.conventions.rules.tallies import Move
from volunteer_credit.shared.units import points_text

StepCode: TypeAlias = Literal["weighted", "bands", "cap", "nothing"]

_TEXTS: dict[str, dict[str, str]] = {
    "weighted": {
        "en": "{minutes} min × {weight} = {weighted} weighted min",
        "zh": "{minutes} 分钟 × {weight} = 计 {weighted} 分钟",
    },
    "bands": {
        "en": "clause {clause}: {before} → {after} min in all; worth {exact} points, rounded down"
        " in steps of {step}; {change} points",
        "zh": "条款 {clause}：累计 {before} → {after} 分钟，应得 {exact} 分，按 {step} 分向下取整；"
        "本次 {change} 分",
    },
    "cap": {
        "en": "clause {clause}: {before} → {after} points before the cap; {change} points count,"
        " {lost} do not",
        "zh": "条款 {clause}：上限前累计 {before} → {after} 分；本次计 {change} 分，不计 {lost} 分",
    },
    "no_clause": {"en": "no clause gives points for this", "zh": "没有条款为此计分"},
    "presence_short": {
        "en": "{minutes} of {planned} planned min are too few for points; the hours stay",
        "zh": "计划 {planned} 分钟，到场 {minutes} 分钟，未达计分要求；服务时长照记",
    },
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic; `code` is a key of the texts, `facts` fill it."""

    code: str
    facts: dict[str, str]

    def sentence(self, language: str = "zh") -> str:
        """The line in `zh` or `en`."""
        return _TEXTS[self.code]["zh" if language == "zh" else "en"].format(**self.facts)


def steps(convention: Convention, award: Award) -> tuple[Step, ...]:
    """How the award came about, under the convention it was computed by."""
    minutes = str(award.service.minutes)
    if not award.moves:
        planned = str(award.service.planned_minutes)
        return (Step(award.reason, {"minutes": minutes, "planned": planned}),)
    weighted = {
        "minutes": minutes,
        "weight": _fraction(Fraction(*award.weight)),
        "weighted": _minutes(award.weighted_after),
    }
    return (Step("weighted", weighted), _bands(convention, award.moves[0]), *_caps(award))


def entry_data(award: Award) -> dict[str, Any]:
    """What the award's entry has to say for a replay: codes and integers, every `before` with it.

    `day`, `rule` and `tier` stand in the entry itself.
    """
    service = award.service
    return {
        "account": service.account,
        "category": service.category,
        "centipoints": award.centipoints,
        "coefficient": service.coefficient,
        "fund": award.fund,
        "minutes": service.minutes,
        "moves": [
            [m.key.clause, m.key.period, m.key.epoch, m.before.counted, m.before.given]
            for m in award.moves
        ],
        "planned_minutes": service.planned_minutes,
        "reason": award.reason,
        "weight": list(award.weight),
        "weighted": [award.weighted_before, award.weighted_after],
    }


def _bands(convention: Convention, move: Move) -> Step:
    earning = next(
        each for each in convention.detailed_rules.earnings if each.clause == move.key.clause
    )
    facts = {
        "clause": move.key.clause,
        "before": _minutes(move.before.counted),
        "after": _minutes(move.after.counted),
        "exact": _fraction(exact_centipoints(earning, move.after.counted) / 100),
        "step": points_text(earning.step_centipoints),
        "change": points_text(move.given),
    }
    return Step("bands", facts)


def _caps(award: Award) -> Iterator[Step]:
    came = award.uncapped
    for move in award.moves[1:]:
        facts = {
            "clause": move.key.clause,
            "before": points_text(move.before.counted),
            "after": points_text(move.after.counted),
            "change": points_text(move.given),
            "lost": points_text(came - move.given),
        }
        yield Step("cap", facts)
        came = move.given


def _minutes(thousandths: int) -> str:
    return _fraction(Fraction(thousandths, WEIGHT_UNIT))


def _fraction(value: Fraction) -> str:
    """`7`, `4/5` or `20 1/2`: exact, as no decimal may be."""
    whole, rest = divmod(value.numerator, value.denominator)
    if not rest:
        return str(whole)
    part = f"{rest}/{value.denominator}"
    return f"{whole} {part}" if whole else part
