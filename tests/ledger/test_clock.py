"""Which `at` a writer may use (format §5): each limit at its edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import clock
from ledger.errors import RuleError

LAST = 1_795_305_600_000
HOURS_36 = 36 * 3600 * 1000
SECOND = 1000


def refusal(
    now: int, last: int, reference: int, *, confirmed: bool = False
) -> tuple[str, dict[str, object]]:
    """The code and place of a refusal that has a sentence in both languages."""
    with pytest.raises(RuleError) as caught:
        clock.next_at(now, last, reference, confirmed=confirmed)
    error = caught.value
    assert error.sentence() == error.sentence("en") == str(error) != error.sentence("zh") != ""
    return error.code, error.where


TAKEN = [
    (LAST, LAST),
    (LAST + 999, LAST),
    (LAST + 1000, LAST + 1000),
    (LAST + 1001, LAST + 1000),
    (LAST + HOURS_36, LAST + HOURS_36),
    (LAST - 1, LAST),
    (LAST - 1999, LAST),
    (LAST - 2000, LAST),
]


@pytest.mark.parametrize(("now", "at"), TAKEN)
def test_a_trusted_clock_gives_whole_seconds(now: int, at: int) -> None:
    """D1: the second begun, and never below the last entry, up to 2 s behind it."""
    assert clock.next_at(now, LAST, now, confirmed=False) == at
    assert clock.next_at(now, LAST, now, confirmed=True) == at


@pytest.mark.parametrize("behind", [2001, 3600 * SECOND])
def test_behind_the_last_entry(behind: int) -> None:
    """D1: 2,000 ms behind is taken (above), 2,001 ms is refused, confirmed or not."""
    expected = ("clock_behind", {"behind_ms": behind})
    assert refusal(LAST - behind, LAST, LAST) == expected
    assert refusal(LAST - behind, LAST, LAST, confirmed=True) == expected


@pytest.mark.parametrize("ahead", [2001, HOURS_36])
def test_ahead_of_the_reference(ahead: int) -> None:
    """D2: 2,000 ms ahead is taken, 2,001 ms is refused, confirmed or not."""
    now = LAST + 10 * SECOND
    assert clock.next_at(now, LAST, now - 2000, confirmed=False) == now
    expected = ("clock_ahead", {"ahead_ms": ahead})
    assert refusal(now, LAST, now - ahead) == expected
    assert refusal(now, LAST, now - ahead, confirmed=True) == expected


def test_a_reference_ahead_of_us_is_no_reason() -> None:
    """D2 has one side: a reference that is later does not stop the writer."""
    assert clock.next_at(LAST, LAST, LAST + HOURS_36, confirmed=False) == LAST


@pytest.mark.parametrize("silence", [HOURS_36 + 1, 1000 * HOURS_36])
def test_a_long_silence_needs_confirmation(silence: int) -> None:
    """D3: 36 h to the millisecond is taken (above), one more is refused until confirmed."""
    now = LAST + silence
    assert refusal(now, LAST, now) == ("clock_unconfirmed", {"silence_ms": silence})
    assert clock.next_at(now, LAST, now, confirmed=True) == now // 1000 * 1000


@given(
    st.integers(-5_000, 2 * HOURS_36), st.integers(0, 10**9).map(lambda n: n * 1000), st.booleans()
)
def test_what_is_given_is_whole_and_never_below(step: int, last: int, confirmed: object) -> None:
    """E3, E6: whole seconds, not below the last, not above both clock and last."""
    now = last + step
    try:
        at = clock.next_at(now, last, now, confirmed=bool(confirmed))
    except RuleError:
        assert step < -2000 or (step > HOURS_36 and not confirmed)
    else:
        assert at % 1000 == 0
        assert last <= at <= max(now, last)
        assert step >= -2000
