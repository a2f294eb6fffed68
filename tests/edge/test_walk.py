"""Every page for every kind of reader: both languages, no change, the headers, the weight."""

import re
from dataclasses import dataclass

import pytest
from werkzeug.test import TestResponse

from tests.edge.place import Browser, Place
from tests.edge.settled import BODY, GRID, ROLES
from tests.people.make import COMMUNITY
from tests.web.routes import Route, routes
from volunteer_credit.web import headers

pytestmark = pytest.mark.untraced  # quicker tests reach the same lines
WEIGHT_BYTES_MAX = 100_000
TAGS = {"zh": "zh-Hans-CN", "en": "en"}
PARTS = {
    "community": COMMUNITY,
    "place": COMMUNITY,
    "purpose": "location",
    "subject": "-",
    "way": "card",
    "filename": "style.css",
    "kind": "green",
    "act": "add",
    "place_id": GRID,
    "organisation": BODY,
}
ASSET = re.compile(r'(?:src|href)="(/static/[^"]+)"')
IN_ANOTHER = re.compile(r'<(\w+)[^>]*\blang="[^"]*"[^>]*>.*?</\1>', re.DOTALL)
CODE = re.compile(r"<(code|pre|kbd)\b.*?</\1>", re.DOTALL)
CHINESE = re.compile("[\u4e00-\u9fff]+")
UNSAID = re.compile(r"Undefined|\{\{|\}\}|\{%|&lt;[a-zA-Z]+ object")
NAMES = re.compile(
    "小明|社工|监督|[王李陈安薄]|社区 |居民委员会|中文|一网格|和美社会工作服务中心"
)  # of persons (masked), communities, a grid, a body, and the language
ENGLISH = re.compile(r"(?:\b[A-Za-z]{2,}\b[ ,.']+){3}")
IN_ENGLISH = {"/api/v1/docs"}  # names of fields, for programs
POLICIES = {headers.policy()}


@dataclass(frozen=True)
class Seen:
    """A page as somebody was shown it."""

    role: str
    route: Route
    language: str
    answer: TestResponse

    @property
    def name(self) -> str:
        return f"{self.role} {self.language} {self.route.method} {self.route.rule}"

    @property
    def is_page(self) -> bool:
        return self.answer.mimetype == "text/html" and self.answer.status_code != 303

    @property
    def body(self) -> str:
        """What a page says, but for what it says to be in another language."""
        text = self.answer.get_data(as_text=True).partition("<body")[2]
        return CODE.sub("", IN_ANOTHER.sub("", text))


def gets(place: Place) -> list[Route]:
    return [each for each in routes(place.app) if each.method == "GET"]


def look(place: Place, browser: Browser, route: Route) -> TestResponse:
    seq = str(place.settled.proposals[COMMUNITY])
    who = {"person": place.person("served"), "ward": place.person("ward")}
    return browser.get(route.path(**PARTS, **who, seq=seq))


@pytest.fixture(scope="module")
def walk(town: Place) -> list[Seen]:
    """Every address for every role; both languages for those who see different pages."""
    both = {"nobody", "volunteer", "staff", "supervisor"}
    browsers = {
        (role, language): town.browser(role, language=language)
        for role in ROLES
        for language in ("zh", "en")
        if language == "zh" or role in both
    }
    before = town.counts()
    found = [
        Seen(role, route, language, look(town, browser, route))
        for (role, language), browser in browsers.items()
        for route in gets(town)
    ]
    assert town.counts() == before, "looking changes nothing"
    assert len(before) > 40
    return found


def test_every_address_answers_every_role(walk: list[Seen]) -> None:
    assert len(walk) > 900
    assert not [each.name for each in walk if each.answer.status_code >= 500]
    pages = {each.route.rule for each in walk if each.is_page and each.answer.status_code == 200}
    assert len(pages) > 35


def test_every_page_is_in_the_language_that_was_asked_for(walk: list[Seen]) -> None:
    for each in walk:
        if each.is_page:
            assert f'<html lang="{TAGS[each.language]}"' in each.answer.text, each.name
            assert each.answer.headers["Content-Language"] == TAGS[each.language]


def test_no_page_lacks_a_text(walk: list[Seen]) -> None:
    for each in walk:
        if each.is_page:
            assert not UNSAID.search(each.body), each.name
            assert each.language == "en" or not re.search(r"\bNone\b", each.body), each.name
            assert re.search(r"<title>[^<]{2,}</title>", each.answer.text), each.name
            assert re.search(r"<h1[^>]*>\s*[^<\s]", each.answer.text), each.name


def test_pages_in_english_have_no_chinese_but_names(walk: list[Seen]) -> None:
    for each in walk:
        if each.is_page and each.language == "en":
            text = re.sub(r"<[^>]*>", " ", each.body)
            assert not CHINESE.search(NAMES.sub("", text)), each.name


def test_pages_in_chinese_say_everything_in_chinese(walk: list[Seen]) -> None:
    """A sentence of English that is left over has several words in a row."""
    for each in walk:
        if each.is_page and each.language == "zh" and each.route.rule not in IN_ENGLISH:
            text = re.sub(r"<[^>]*>", " ", each.body)
            assert not ENGLISH.search(text), (each.name, ENGLISH.search(text))


def test_every_answer_has_every_header(walk: list[Seen]) -> None:
    for each in walk:
        check_headers(each.answer)


def check_headers(answer: TestResponse) -> None:
    assert answer.headers["Content-Security-Policy"] in POLICIES
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"].startswith(("no-store", "public, max-age="))
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])
    assert not {"Server", "X-Powered-By"} & set(answer.headers.keys())


def test_nothing_personal_may_be_kept(walk: list[Seen]) -> None:
    kept = {each.route.rule for each in walk if each.answer.headers["Cache-Control"] != "no-store"}
    assert kept == {
        "/static/<path:filename>",
        "/book/<community>/checkpoints",
        "/c/<community>/activities",
    }
    for each in walk:
        if each.route.rule.startswith("/book/") and each.role != "nobody":
            assert each.answer.headers["Cache-Control"] == "no-store", each.name


def test_errors_have_every_header_too(town: Place) -> None:
    browser = town.browser("nobody")
    answers = [
        browser.get("/nothing-here"),
        browser.get("/api/v1/nothing-here"),
        browser.get("/static/nothing.css"),
        browser.get("/static/../config.py"),
        browser.ask("DELETE", "/sign-in"),
        browser.ask("POST", "/sign-in/card", data="x", content_type="text/plain"),
        browser.ask("POST", "/api/v1/me/pass", data="{", content_type="application/json"),
        browser.ask("OPTIONS", "/me"),
    ]
    for each in answers:
        assert each.status_code >= 400
        check_headers(each)
        assert each.headers["Cache-Control"] == "no-store"


def test_a_first_view_is_light(town: Place, walk: list[Seen]) -> None:
    files = {name: len(town.browser("nobody").get(name).data) for name in assets(walk)}
    assert len(files) >= 3
    for each in walk:
        if each.is_page:
            loaded = set(ASSET.findall(each.answer.text))
            weight = len(each.answer.data) + sum(files[name] for name in loaded)
            assert weight <= WEIGHT_BYTES_MAX, (each.name, weight)


def assets(walk: list[Seen]) -> set[str]:
    """All files that pages load; everything else would be asked of other hosts."""
    found = set()
    for each in walk:
        if each.is_page:
            found |= set(ASSET.findall(each.answer.text))
            assert not re.search(r'(?:src|action|srcset)="(?:https?:)?//', each.answer.text)
    return found
