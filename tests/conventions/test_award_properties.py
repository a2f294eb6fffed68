"""What holds for every history: splitting, order, annulling, never below 0."""

from random import Random  # noqa: TID251 - the type of what Hypothesis seeds

from hypothesis import given
from hypothesis import strategies as st

from tests.conventions.make import HOUR, Tallies, Value, changed, clause, service
from volunteer_credit.conventions.queries.shipped import TEMPLATES
from volunteer_credit.conventions.rules.award import Service

COEFFICIENTS = ("", "light", "usual", "hard")
DAYS = (20260131, 20260201, 20260202, 20261231, 20270101)


def tight(document: Value) -> None:
    """Two clauses, counted by day and by month; the first capped by day, both by month and year."""
    rules = document["detailed_rules"]
    document["clauses"] += [clause(each) for each in ("school", "month_cap", "year_cap")]
    rules["earnings"].append(
        {**rules["earnings"][0], "clause": "school", "categories": ["school"], "period": "month"}
    )
    rules["caps"] = [
        {"clause": "day_cap", "earnings": ["hours_points"], "window": "day", "centipoints": 2050},
        {"clause": "month_cap", "earnings": [], "window": "month", "centipoints": 4000},
        {"clause": "year_cap", "earnings": [], "window": "year", "centipoints": 5000},
    ]


TIGHT = changed(tight)
SERVICES = st.builds(
    service,
    st.integers(0, 5 * HOUR),
    st.sampled_from(DAYS),
    st.sampled_from(("school", "care")),
    coefficient=st.sampled_from(COEFFICIENTS),
    planned_minutes=st.sampled_from((0, 60)),
)
HISTORIES = st.lists(SERVICES, max_size=8)


@given(st.sampled_from(TEMPLATES), st.lists(st.integers(1, 200), min_size=1, max_size=12))
def test_splitting_a_shift_never_changes_the_total(template: str, pieces: list[int]) -> None:
    """Where no cap acts: the one of the templates is put out of reach."""

    def far(document: Value) -> None:
        for each in document["detailed_rules"]["caps"]:
            each["centipoints"] = 10**9

    convention, whole, split = changed(far, template), Tallies(), Tallies()
    whole.award(convention, service(sum(pieces)))
    for piece in pieces:
        split.award(convention, service(piece))
    assert whole.total == split.total
    assert whole.by_key == split.by_key


@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_no_total_and_no_tally(
    history: list[Service], order: Random
) -> None:
    first, second = Tallies(), Tallies()
    shuffled = list(history)
    order.shuffle(shuffled)
    for each in history:
        first.award(TIGHT, each)
    for each in shuffled:
        second.award(TIGHT, each)
    assert (first.total, first.by_key) == (second.total, second.by_key)


@given(st.lists(SERVICES, min_size=1, max_size=8), st.data())
def test_annulling_one_is_as_if_it_had_never_been(
    history: list[Service], data: st.DataObject
) -> None:
    annulled = data.draw(st.integers(0, len(history) - 1))
    with_it, without = Tallies(), Tallies()
    for number, each in enumerate(history):
        with_it.award(TIGHT, each)
        if number != annulled:
            without.award(TIGHT, each)
    with_it.correct(TIGHT, history[annulled])
    assert with_it.total == without.total


@given(st.lists(st.tuples(SERVICES, st.booleans()), max_size=8), st.randoms(use_true_random=False))
def test_annulling_all_leaves_nothing_also_across_versions(
    history: list[tuple[Service, bool]], order: Random
) -> None:
    versions = (TIGHT, changed(looser))
    tallies, given_so_far = Tallies(), list(history)
    for each, is_later in history:
        tallies.award(versions[is_later], each)
    order.shuffle(given_so_far)
    for each, is_later in given_so_far:
        tallies.correct(versions[is_later], each)
    assert tallies.total == 0
    assert all(tally.counted == tally.given == 0 for tally in tallies.by_key.values())


def looser(document: Value) -> None:
    """The next version: other bands and caps under the same clauses."""
    tight(document)
    rules = document["detailed_rules"]
    rules["earnings"][0]["bands"] = [
        {"up_to_minutes": 120, "centipoints_per_minutes": [0, 1]},
        {"up_to_minutes": 0, "centipoints_per_minutes": [7, 1]},
    ]
    rules["caps"][1]["centipoints"] = 900
