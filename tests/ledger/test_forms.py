"""The small grammars (format §1): for each thing taken, things that are not."""

from typing import Any

import pytest

from ledger import chart, dates, forms
from tests.ledger.make import ANNA, digest

MAX = 2**53 - 1
LIMIT = "debits_must_not_exceed_credits"
NO_TEXT: tuple[Any, ...] = (0, 1, True, None, [], {}, (), b"a", 1.5)
NO_NUMBER: tuple[Any, ...] = (True, False, None, "", "1", [], [1], {}, 1.0)

# Each question, what it says yes to, what it says no to.
QUESTIONS: dict[str, tuple[forms.Question, tuple[Any, ...], tuple[Any, ...]]] = {
    "code": (
        forms.is_code,
        ("a", "a1_", "a" * 64, "z9"),
        ("", "A", "_a", "1a", "a-b", "a.b", "a ", " a", "a\n", "é", "a" * 65, *NO_TEXT),
    ),
    "token": (
        forms.is_token,
        ("a", "0", "a_.:-", "9" * 64, ANNA),
        ("", "A", ".a", ":a", "-a", "_a", "a/b", "a b", "a\n", "a" * 65, *NO_TEXT),
    ),
    "hash": (
        forms.is_hash,
        ("0" * 64, digest("x")),
        ("", "0" * 63, "0" * 65, "0" * 63 + "g", "A" * 64, "0" * 64 + "\n", *NO_TEXT),
    ),
    "kind": (
        forms.is_kind,
        ("a.b", "points.awarded.2", "a_1.b_2.c", "a." + "b" * 62),
        (
            *("", ".", ".a", "a.", "a..b", "A.b", "a.B", "1.a", "_a.b", "a._b", "a-b.c", "a.b\n"),
            *("a." + "b" * 63, *NO_TEXT),
        ),
    ),
    "origin": (
        forms.is_origin,
        ("a/b/1", "weihai.example/huancui-01/1", "a/b/c/20", "0/0_-./9", "a/b/" + "1" * 196),
        (
            *(
                "",
                "a",
                "a/1",
                "/a/1",
                "a//1",
                "a/b/",
                "a/b/0",
                "a/b/01",
                "a/b/-1",
                "a/b/1a",
                "a/b/c",
            ),
            *(
                "A/b/1",
                "a/B/1",
                "../b/1",
                "a/../1",
                "a/./1",
                "a/-/1",
                "a/b/1/",
                "a/b/1\n",
                "a b/c/1",
            ),
            *("é/b/1", "a/b/\u0661", "a/b+c/1", "https://a/b/1", "a/b/" + "1" * 197, *NO_TEXT),
        ),
    ),
    "seq": (forms.is_seq, (0, 1, MAX), (-1, MAX + 1, *NO_NUMBER)),
    "text": (forms.is_text, ("", "any ~"), NO_TEXT),
    "object": (forms.is_object, ({}, {"a": 1}), ([], "", 0, None, True)),
    "pair": (
        forms.is_pair,
        ([0, 0], [MAX, MAX]),
        ([], [0], [0, 0, 0], [0, -1], [-1, 0], [0, MAX + 1], [0, True], ["0", 0], (0, 0), "00", {}),
    ),
    "flags": (
        forms.is_flags,
        ([], [LIMIT]),
        ([LIMIT, LIMIT], ["linked"], "", LIMIT, [[]], (), {}, 0, None),
    ),
    "unit": (
        forms.is_unit,
        ("minutes", "aid_minutes", "centipoints", "fen"),
        ("", "Fen", "points", "fen ", *NO_TEXT),
    ),
    "fen": (forms.is_fen, (0, 1, 10**9), (-1, 10**9 + 1, *NO_NUMBER)),
    "one of": (forms.one_of("a", "b"), ("a", "b"), ("", "c", "ab", *NO_TEXT)),
    "whole": (forms.whole(-2, 3), (-2, 0, 3), (-3, 4, *NO_NUMBER)),
    "record": (
        forms.record({"a": forms.is_code, "b": forms.is_seq}),
        ({"a": "x", "b": 0}, {"b": 1, "a": "y"}),
        (
            *({}, {"a": "x"}, {"b": 0}, {"a": "x", "b": 0, "c": 0}, {"a": "X", "b": 0}),
            *({"a": "x", "b": -1}, [], "ab", 0, None),
        ),
    ),
    "list": (
        forms.listed(forms.is_seq, 1, 3),
        ([0], [1, 1], [2, 1, 0]),
        ([], [0, 0, 0, 0], [-1], [0, "1"], (0,), {0: 0}, "0", 0, None),
    ),
    "set": (
        forms.sorted_set(forms.is_code, 1, 3),
        (["a"], ["a", "b"], ["a", "b", "c"]),
        ([], ["a", "a"], ["b", "a"], ["a", "b", "c", "d"], ["A"], [["a"]], ("a",), "abc", {}),
    ),
    "empty set": (forms.sorted_set(forms.is_code, 0, 1), ([], ["a"]), (["a", "b"], [0], "", {})),
    "maxima": (
        forms.is_maxima,
        ({}, {"f1": 0, "0": 10**9}, {f"f{i}": 1 for i in range(64)}),
        (
            *(
                {"f1": -1},
                {"f1": 10**9 + 1},
                {"f1": True},
                {"f1": "1"},
                {"F": 1},
                {"": 1},
                {"a:b": 1},
            ),
            *({f"f{i}": 1 for i in range(65)}, [], ["f1"], "", 0, None),
        ),
    ),
    "part": (
        chart.is_part,
        ("a", "0", "a_-9", "a" * 64),
        ("", "A", "_a", "-a", "a:b", "a.b", "a\n", "a" * 65, *NO_TEXT),
    ),
    "person": (
        chart.is_person,
        (ANNA, "0" * 32),
        ("", "0" * 31, "0" * 33, "A" * 32, "g" * 32, "0" * 32 + "\n", *NO_TEXT),
    ),
    "day": (
        dates.is_day,
        (19700101, 20280229, 20000229, 99991231),
        (
            *(
                0,
                -1,
                -20200101,
                19691231,
                20260229,
                21000229,
                20261301,
                20260001,
                20260100,
                20260431,
            ),
            *(2026, 202611, 99991232, 100000101, *NO_NUMBER, "20260101"),
        ),
    ),
}


@pytest.mark.parametrize(("question", "good", "bad"), QUESTIONS.values(), ids=QUESTIONS)
def test_each_grammar(
    question: forms.Question, good: tuple[Any, ...], bad: tuple[Any, ...]
) -> None:
    """§1: yes to each of these, no to each of those, and never an exception."""
    assert [value for value in good if question(value) is not True] == []
    assert [value for value in bad if question(value) is not False] == []


def test_every_question_of_the_module_is_asked_here() -> None:
    """A new grammar needs its line above."""
    named = {name for name in vars(forms) if name.startswith("is_")}
    assert named == {
        *("is_code", "is_fen", "is_flags", "is_hash", "is_kind", "is_maxima", "is_object"),
        *("is_origin", "is_pair", "is_seq", "is_text", "is_token", "is_unit"),
    }
