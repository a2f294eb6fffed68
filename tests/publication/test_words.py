"""Whoever reads a receipt is told what it is, in both languages."""

import pytest

from ledger import kinds, kinds_service
from volunteer_credit.publication.rules import words
from volunteer_credit.publication.rules.words import kind_words

STEPS = tuple(ending.removeprefix(".") for ending in kinds.PAIR_ENDINGS)


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_of_the_book_has_words(kind: str) -> None:
    """Its own words, not only those of its family."""
    pair, _, step = kind.rpartition(".")
    assert kind in words.KINDS or (pair in words.PAIRS and step in STEPS)
    en, zh = kind_words(kind)
    assert en.isascii()
    assert any("一" <= character <= "鿿" for character in zh)


def test_no_two_kinds_have_the_same_words() -> None:
    for language in zip(*map(kind_words, kinds.KINDS), strict=True):
        assert len(set(language)) == len(kinds.KINDS)


def test_no_words_for_kinds_that_nobody_writes() -> None:
    pairs = {f"{name}.{step}" for name in words.PAIRS for step in STEPS}
    assert words.KINDS.keys() | pairs == kinds.KINDS.keys()


@pytest.mark.parametrize("name", kinds_service.PAIRS)
def test_a_pair_says_its_step(name: str) -> None:
    (en, zh), step_words = words.PAIRS[name], ("已提出", "已批准", "已撤回")
    for step, in_chinese in zip(STEPS, step_words, strict=True):
        assert kind_words(f"{name}.{step}") == (f"{en}: {step}", f"{zh}：{in_chinese}")


def test_a_later_kind_is_told_by_its_family_or_as_it_is_written() -> None:
    assert kind_words("settlement.period.approved") == ("A settlement: approved", "结算：已批准")
    for kind in ("hours.sheet", "hours.sheet.posted", "points.raffled", "else.approved"):
        assert kind_words(kind) == (kind, kind)
