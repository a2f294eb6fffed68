"""Relay lists as WeChat makes them, and whom their lines may mean."""

import pytest

from volunteer_credit.projects.rules import matching
from volunteer_credit.projects.rules.errors import ListEmptyError, ListTooLongError
from volunteer_credit.projects.rules.matching import Known, expected_walk_ins, matched
from volunteer_credit.projects.rules.relay import CHARACTERS_MAX, LINES_MAX, RelayLine, read_relay

REAL = """#接龙
周六清洁家园，9:00 东岛广场集合，14岁以上
例 姓名 人数

1. 王小明
2. 李红 13812345678
3、张伟+1
\uff14\uff0e陈秀英\u3000\uff12人
5️⃣ 🌸赵敏🌸
6) ~~刘洋~~
7. 孙丽（不去了）
8.周杰 尾号1234
9 吴磊1380 带孩子
10. 阿不都·买买提 两人
11. Anna Li +2
⑫ 郑十三
13. 钱多多 138 1234 5678
14. 🌹🌹
15.
16. 冯\u0336程\u0336
17. 一家三口 卫青
18. \u200b韩\u200b梅
"""


def short(line: RelayLine) -> tuple[str, str, int, bool]:
    return line.name, line.tail, line.heads, line.is_dropped


def test_a_real_looking_list_is_read_line_by_line() -> None:
    assert [short(each) for each in read_relay(REAL)] == [
        ("王小明", "", 1, False),
        ("李红", "13812345678", 1, False),
        ("张伟", "", 2, False),
        ("陈秀英", "", 2, False),
        ("赵敏", "", 1, False),
        ("刘洋", "", 1, True),
        ("孙丽", "", 1, True),
        ("周杰", "1234", 1, False),
        ("吴磊", "1380", 1, False),
        ("阿不都·买买提", "", 2, False),
        ("Anna Li", "", 3, False),
        ("郑十三", "", 1, False),
        ("钱多多", "13812345678", 1, False),
        ("", "", 1, False),
        ("冯程", "", 1, True),
        ("卫青", "", 3, False),
        ("韩梅", "", 1, False),
    ]
    assert [each.number for each in read_relay(REAL)][-1] == 18


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. 王小明\r\n2. 李红\r\n", ["王小明", "李红"]),
        ("王小明\n李红", ["王小明", "李红"]),
        ("#接龙\n12月5日清雪\n1.王小明", ["王小明"]),
        ("(1) 王小明\n【2】李红", ["王小明", "李红"]),
        ("1王小明\n2李红", ["王小明", "李红"]),
        ("1. 参加 王小明", ["王小明"]),
        ("1. 王小明<script>alert(1)</script>", ["王小明"]),
    ],
)
def test_other_ways_of_writing_it(text: str, expected: list[str]) -> None:
    assert [each.name for each in read_relay(text)] == expected


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("1. 王小明 +1", 2),
        ("1. 王小明\uff0b\uff12", 3),
        ("1. 王小明 3人", 3),
        ("1. 王小明 2位 +1", 3),
        ("1. 王小明 x4人", 4),
        ("1. 王小明 99人", 50),
        ("1. 王小明 +0", 1),
    ],
)
def test_heads_are_counted_with_and_without_the_one_who_wrote(text: str, heads: int) -> None:
    assert read_relay(text)[0].heads == heads


def test_what_is_too_long_or_empty_is_refused() -> None:
    assert len(read_relay("\n".join(f"{each}. 王明" for each in range(1, LINES_MAX + 1)))) == 500
    with pytest.raises(ListTooLongError, match="501"):
        read_relay("1.王\n" * (LINES_MAX + 1))
    with pytest.raises(ListTooLongError):
        read_relay("王" * (CHARACTERS_MAX + 1))
    for nothing in ("", "\n \n", "#接龙\n", "🌹\n🌹"):
        with pytest.raises(ListEmptyError):
            read_relay(nothing)


def known(person: str, name: str, *numbers: str, by_name: bool = True) -> Known:
    return Known(person, name, numbers, by_name)


TOWN = [
    known("a", "王小明", "13800000001"),
    known("b", "李红", "13800000002", "12345678"),
    known("c", "李红", "13800000003"),
    known("d", "陈秀英", "13800000004", by_name=False),
]


def states(text: str) -> list[tuple[str, str]]:
    return [(each.state, "".join(each.persons)) for each in matched(read_relay(text), TOWN)]


def test_lines_mean_one_several_or_nobody() -> None:
    assert states("1.王小明\n2.李红\n3.赵六\n4.王小明\n5.王小明 不去了\n6.🌹") == [
        ("one", "a"),
        ("several", "bc"),
        ("none", ""),
        ("twice", "a"),
        ("dropped", ""),
        ("none", ""),
    ]


def test_digits_choose_among_the_same_names() -> None:
    assert states("1.李红0003\n2.李红 5678\n3.李红 9999") == [
        ("one", "c"),
        ("one", "b"),
        ("several", "bc"),
    ]


def test_a_whole_phone_says_more_than_a_name() -> None:
    assert states("1.小李 13800000003\n2.王小明 13899999999") == [("one", "c"), ("none", "")]


def test_who_may_not_be_found_by_name_alone_is_found_with_digits() -> None:
    assert states("1.陈秀英\n2.陈秀英0004") == [("none", ""), ("one", "d")]


def test_walk_ins_are_those_without_a_name_and_those_brought_along() -> None:
    matches = matched(read_relay("1.王小明+2\n2.赵六 3人\n3.李红\n4.孙七(不去)\n5.王小明"), TOWN)
    assert expected_walk_ins((each.line, each.state) for each in matches) == 2 + 3
    assert {each.state for each in matches} == {
        matching.ONE,
        matching.NONE,
        matching.SEVERAL,
        matching.GONE,
        matching.TWICE,
    }
