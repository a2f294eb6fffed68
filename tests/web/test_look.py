"""Templates, stylesheet and script read as files, and every component rendered by itself."""

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes

ROOT = Path(__file__).resolve().parents[2] / "volunteer_credit"
WEB = ROOT / "web"
TEMPLATES = sorted(ROOT.glob("**/templates/**/*.html"))
STYLE_BYTES_MAX, SCRIPT_BYTES_MAX = 20_000, 6_000
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOSTILE = "<script>\"'&</script>"

Rule = Callable[[str], Iterator[str]]


def calls(text: str, name: str) -> Iterator[nodes.Call]:
    for call in Environment(autoescape=True).parse(text).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == name:
            yield call


def one_sided(text: str) -> Iterator[str]:
    """`t` takes an English and a Chinese sentence, written out, with the same things to fill in."""
    for call in calls(text, "t"):
        said = [each.value for each in call.args if isinstance(each, nodes.Const)]
        if len(said) != 2 or len(call.args) != 2 or call.kwargs:
            yield f"line {call.lineno}: t() takes two written texts"
        elif not re.search("[A-Za-z]", said[0]) or CHINESE.search(said[0]):
            yield f"line {call.lineno}: {said[0]!r} is not English"
        elif not CHINESE.search(said[1]):
            yield f"line {call.lineno}: {said[1]!r} is not Chinese"
        elif sorted(re.findall(r"{\w*}", said[0])) != sorted(re.findall(r"{\w*}", said[1])):
            yield f"line {call.lineno}: {said} differ in what they leave open"


def bare_words(text: str) -> Iterator[str]:
    """What a person sees goes through `t`. A path is no word."""
    text = re.sub(r"{% block body_class %}.*?{% endblock %}", "", text)
    markup = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    seen = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', markup)
    words = re.compile(r"(?<![/.\w])[A-Za-z]{2,}|[\u4e00-\u9fff]+")
    for part in (re.sub(r"<[^>]*>", " ", markup), *seen):
        yield from words.findall(re.sub(r"&\w+;", " ", part))


def inline(text: str) -> Iterator[str]:
    """The Content-Security-Policy refuses what stands in the page itself."""
    yield from re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text, re.IGNORECASE)
    yield from re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text, re.IGNORECASE)


def from_elsewhere(text: str) -> Iterator[str]:
    """Nothing is loaded from another host."""
    yield from re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*", text)


def unescaped(text: str) -> Iterator[str]:
    yield from re.findall(r"\|\s*safe\b|{%-?\s*autoescape|\bMarkup\b", text)


RULES: dict[Rule, tuple[str, ...]] = {
    one_sided: (
        '{{ t("Yes") }}',
        '{{ t("Yes", "Yes") }}',
        '{{ t("是", "是") }}',
        '{{ t("", "是") }}',
        '{{ t("{n} left", "剩余") }}',
        '{{ t(word, "是") }}',
        '{{ t("Yes", zh="是") }}',
    ),
    bare_words: ("<p>Hello</p>", "<p>你好</p>", '<nav aria-label="Pages">', "{{ a }} or {{ b }}"),
    inline: (
        '<p style="color: red">',
        "<style>p {}</style>",
        '<a onclick="go()">',
        "<script>go()</script>",
        '<a href="javascript:go()">',
    ),
    from_elsewhere: ('<script src="https://a.example/a.js">', '<img src="//a.example/a.png">'),
    unescaped: ("{{ a|safe }}", "{{ a | safe }}", "{% autoescape false %}", "{{ Markup(a) }}"),
}


@pytest.mark.parametrize("rule", RULES)
def test_every_template_keeps_the_rule(rule: Rule) -> None:
    assert len(TEMPLATES) > 5
    found = [
        f"{path.relative_to(ROOT)}: {offence}"
        for path in TEMPLATES
        for offence in rule(path.read_text())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("rule", "offence"), [(rule, each) for rule, planted in RULES.items() for each in planted]
)
def test_the_rule_sees_a_planted_offence(rule: Rule, offence: str) -> None:
    assert list(rule(offence))


def test_a_text_for_both_is_in_order() -> None:
    good = (
        '<a href="/x" aria-label="{{ t("Go", "去") }}">{{ t("{n} left", "剩{n}个") }} /api/v1</a>'
    )
    assert not [offence for rule in RULES for offence in rule(good)]


def test_what_every_page_loads_is_small() -> None:
    static = WEB / "static"
    assert (static / "style.css").stat().st_size < STYLE_BYTES_MAX
    assert (static / "app.js").stat().st_size < SCRIPT_BYTES_MAX
    assert "url(" not in (static / "style.css").read_text()


def test_every_class_has_a_style_and_every_style_a_use() -> None:
    """A class is written whole in a template, or as its stem and a kind: `notice--{{ kind }}`."""
    sheets = "".join(each.read_text() for each in sorted((WEB / "static").glob("*.css")))
    styled = set(re.findall(r"\.([a-z][a-z_-]*)", sheets))
    stems = set()
    used = set()
    for path in TEMPLATES:
        text = path.read_text()
        used |= set(re.findall(r"[a-z][a-z_-]*", text))
        for value in re.findall(r'class="([^"{]*)"', text):
            stems |= set(value.split())
    assert not {each for each in stems if each not in styled}
    kinds = {each for each in styled if each.partition("--")[0] + "--" in used}
    assert not styled - used - kinds


def rendered(source: str, language: str = "en", **given: Any) -> str:
    """A piece of a page."""
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"), autoescape=True, undefined=StrictUndefined
    )
    texts = {"en": lambda en, _zh: en, "zh": lambda _en, zh: zh}
    environment.globals.update(
        t=texts[language], csrf_token=lambda: "the-token", request_key=lambda: "the-key"
    )
    head = '{% import "components/ui.html" as ui with context %}'
    return environment.from_string(head + source).render(**given)


COMPONENTS = (
    "ui.button(x, x, x)",
    "ui.link_button(x, x)",
    "ui.field(x, x, x, error=x, hint=x, autocomplete=x, inputmode=x, maxlength=x)",
    'ui.field(x, x, x, type="textarea", error=x, hint=x)',
    "ui.choice(x, x, [(x, x), (x, x, x)], x, error=x, hint=x)",
    "ui.choice(x, x, [(x, x)], x, error=x, hint=x, is_menu=True, required=False)",
    "ui.tick(x, x, True, x, x, x)",
    "ui.errors([(x, x), ('', x)])",
    "ui.row(x, x, x, x)",
    "ui.row(x, x, '', x, 'done')",
    "ui.big_number(x, x, x)",
    "ui.facts([(x, x)])",
    "ui.copy(x)",
    "ui.countdown(x, x)",
    "ui.notice(x)",
    "ui.undo(x, x)",
    "ui.empty(x, x, x, x)",
    "ui.confirm(x, x, x, x)",
    "ui.status('green', x, x, x)",
)


@pytest.mark.parametrize(("component", "language"), list(product(COMPONENTS, ("en", "zh"))))
def test_no_text_breaks_out_of_a_component(component: str, language: str) -> None:
    html = rendered("{{ " + component + " }}", language, x=HOSTILE)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "\"'&<" not in html
    for value in re.findall(r'="([^"]*)"', html):
        assert "<" not in value


@pytest.mark.parametrize(
    "component",
    ["{% call ui.panel(x) %}{{ x }}{% endcall %}", "{% call ui.form(x, x) %}{{ x }}{% endcall %}"],
)
def test_no_text_breaks_out_of_a_frame(component: str) -> None:
    assert "<script" not in rendered(component, x=HOSTILE)


@pytest.mark.parametrize(
    "form",
    [
        "{% call ui.form('/x', 'Go') %}{% endcall %}",
        "{{ ui.undo('Done', '/x') }}",
        "{{ ui.confirm('Sure?', '/x', 'Yes', '/y') }}",
    ],
)
def test_what_writes_carries_both_tokens(form: str) -> None:
    html = rendered(form)
    assert html.count('action="/x" method="post"') == 1
    assert '<input type="hidden" name="_csrf" value="the-token">' in html
    assert '<input type="hidden" name="_key" value="the-key">' in html


def test_what_only_asks_carries_none() -> None:
    html = rendered("{% call ui.form('/x', 'Find', method='get') %}{% endcall %}")
    assert 'method="get"' in html
    assert "the-token" not in html
    assert "the-key" not in html


@pytest.mark.parametrize(
    ("kind", "is_shown"), [("text", True), ("password", False), ("pin", False)]
)
def test_a_secret_is_not_written_back(kind: str, is_shown: bool) -> None:
    assert (
        "31415926" in rendered("{{ ui.field('a', 'A', '31415926', kind) }}", kind=kind)
    ) is is_shown


def test_a_field_says_what_is_wrong_with_it() -> None:
    wrong = rendered("{{ ui.field('a', 'A', error='No', hint='Like B') }}")
    assert 'aria-describedby="field-a-hint field-a-error"' in wrong
    assert 'aria-invalid="true"' in wrong
    for problems in ([("a", "No")], {"a": "No"}):
        assert 'href="#field-a">No</a>' in rendered("{{ ui.errors(problems) }}", problems=problems)
    good = rendered("{{ ui.field('a', 'A', required=False) }}")
    assert "aria-" not in good
    assert "required" not in good
    assert "(optional)" in good


def test_digits_bring_up_the_keys_for_them() -> None:
    assert 'type="password"' in (pin := rendered("{{ ui.field('a', 'A', type='pin') }}"))
    assert 'inputmode="numeric"' in pin
    assert "inputmode" not in rendered("{{ ui.field('a', 'A') }}")


def test_what_was_chosen_stays_chosen() -> None:
    options = "[('1', 'One'), ('2', 'Two')], '2'"
    assert re.findall(
        r'value="(\d)"[^>]* checked', rendered("{{ ui.choice('a', 'A', " + options + ") }}")
    ) == ["2"]
    menu = rendered("{{ ui.choice('a', 'A', " + options + ", is_menu=True) }}")
    assert re.findall(r'value="(\d)" selected', menu) == ["2"]
    assert "checked" in rendered("{{ ui.tick('a', 'A', True) }}")
    assert "checked" not in rendered("{{ ui.tick('a', 'A') }}")


def test_nothing_to_say_leaves_nothing_behind() -> None:
    assert rendered("{{ ui.errors([]) }}").strip() == ""
    bare = rendered(
        "{{ ui.row('A') }}{{ ui.big_number(1) }}{{ ui.empty('A') }}{{ ui.status('red', 'A') }}"
    )
    assert "<a " not in bare
    assert 'class="state' not in bare


@pytest.mark.parametrize(
    "call",
    [
        "ui.status('blue', 'A')",
        "ui.notice('A', 'loud')",
        "ui.row('A', state='B', state_kind='odd')",
    ],
)
def test_a_kind_that_nobody_drew_is_an_error(call: str) -> None:
    with pytest.raises(Exception, match="has no attribute"):
        rendered("{{ " + call + " }}")


def test_only_a_good_answer_returns_by_itself() -> None:
    for kind, is_timed in (("green", True), ("yellow", False), ("red", False)):
        html = rendered("{{ ui.status(kind, 'A', '', '/x') }}", kind=kind)
        assert ("data-return-milliseconds" in html) is is_timed
