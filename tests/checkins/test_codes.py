"""Codes of doors and posters, tickets, spoken digits: what is not exactly ours is refused."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_credit.checkins.rules.spoken import (
    is_spoken,
    rescan_at_ms,
    spoken_code,
)
from volunteer_credit.checkins.rules.tickets import SCAN, Ticket, TicketError, read_ticket
from volunteer_credit.checkins.rules.venue_codes import (
    STEP_MS,
    VenueCodeError,
    door_code,
    is_site,
    poster_code,
    read_code,
    site_key,
)

ROOM_KEY, SITE = b"k" * 32, "70af5e99"
KEY = site_key(ROOM_KEY, "huancui-01", SITE)
STEP = 59_843_520
AT_MS = STEP * STEP_MS
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def test_a_code_says_its_place_and_step_and_counts_for_a_minute_at_most() -> None:
    code = read_code(f"HTTPS://POINTS.EXAMPLE/V/{door_code(KEY, SITE, STEP)}")
    assert (code.site, code.step) == (SITE, STEP)
    assert code.is_ours(KEY)
    for later_ms, is_fresh in ((-1, False), (0, True), (59_999, True), (60_000, False)):
        assert code.is_fresh(AT_MS + later_ms) is is_fresh


def test_plus_61_seconds_is_over_wherever_in_its_step_it_was_scanned() -> None:
    code = read_code(door_code(KEY, SITE, STEP))
    assert not any(code.is_fresh(AT_MS + within + 61_000) for within in range(0, STEP_MS, 500))


def test_a_poster_does_not_grow_old() -> None:
    code = read_code(poster_code(KEY, SITE))
    assert code.step is None
    assert code.is_ours(KEY)
    assert code.is_fresh(0)


def test_the_qr_stays_small() -> None:
    address = f"HTTPS://POINTS.EXAMPLE/V/{door_code(KEY, SITE, STEP)}"
    assert len(address) <= 56, "version 4 at level Q, capitals and digits only"
    assert re.fullmatch(r"[0-9A-Z $%*+./:-]+", address)


@pytest.mark.parametrize("made", [door_code(KEY, SITE, STEP), poster_code(KEY, SITE)])
def test_every_letter_altered_is_refused(made: str) -> None:
    for place, letter in enumerate(made):
        for other in LETTERS:
            if other == letter:
                continue
            altered = made[:place] + other + made[place + 1 :]
            try:
                code = read_code(altered)
            except VenueCodeError:
                continue
            assert not code.is_ours(KEY), (place, other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        door_code(KEY, SITE, STEP).lower(),
        door_code(KEY, SITE, STEP)[:-1],
        door_code(KEY, SITE, STEP) + "A",
        f" {door_code(KEY, SITE, STEP)}",
        f"HTTPS://POINTS.EXAMPLE/W/{door_code(KEY, SITE, STEP)}",
        f"HTTPS://A/B/V/{door_code(KEY, SITE, STEP)}",
        "\uff17" * 31,
        "A" * 1000,
        "A" * 31,
    ],
)
def test_what_is_no_code_does_not_read(text: str) -> None:
    with pytest.raises(VenueCodeError):
        read_code(text)


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_our_refusal(text: str) -> None:
    with contextlib.suppress(VenueCodeError):
        assert not read_code(text).is_ours(KEY)


def test_one_place_opens_no_other() -> None:
    for community, site in (("huancui-02", SITE), ("huancui-01", "70af5e98")):
        other = site_key(ROOM_KEY, community, site)
        assert not read_code(door_code(KEY, SITE, STEP)).is_ours(other)
    assert is_site(SITE)
    assert not is_site("70AF5E99")


TICKET = Ticket("huancui-01", SITE, "a" * 32, "door", "in", "", AT_MS + 300_000, "b" * 32)


def test_a_ticket_comes_back_as_it_was_and_ends_in_time() -> None:
    text = TICKET.spelled(KEY, "session")
    assert read_ticket(KEY, text, "session") == TICKET
    assert not TICKET.is_over(AT_MS + 299_999)
    assert TICKET.is_over(AT_MS + 300_000)
    offered = TICKET.offered("c" * 32, "out", AT_MS)
    assert (offered.nonce, offered.act) == (TICKET.nonce, "out")


def test_a_ticket_of_another_session_or_altered_anywhere_is_none() -> None:
    text = TICKET.spelled(KEY, "session")
    for binding in ("other", SCAN, ""):
        with pytest.raises(TicketError):
            read_ticket(KEY, text, binding)
    for place, letter in enumerate(text):
        altered = text[:place] + ("0" if letter != "0" else "1") + text[place + 1 :]
        with pytest.raises(TicketError):
            read_ticket(KEY, altered, "session")
    for bad in ("", "x" * 400, text + "0"):
        with pytest.raises(TicketError):
            read_ticket(KEY, bad, "session")


def test_spoken_digits_are_those_of_this_opening() -> None:
    first, second = (spoken_code(KEY, "a" * 32, openings) for openings in (1, 2))
    assert re.fullmatch(r"[0-9]{4}", first)
    assert first != second
    assert is_spoken("0427", "\uff10\uff14 27")
    assert not is_spoken("0427", "0428")
    assert not is_spoken("0427", "")


def test_long_shifts_are_asked_again_at_a_moment_of_the_middle_third() -> None:
    assert rescan_at_ms(KEY, "a" * 32, 0, 120) is None
    moments = [rescan_at_ms(KEY, f"{n:032}", 0, 200) for n in range(50)]
    minutes = [(each or 0) // 60_000 for each in moments]
    assert len(set(minutes)) > 10
    assert 70 <= min(minutes) <= max(minutes) <= 130
