"""A public answer is given again without its view, and never longer than it is the right one."""

import pytest
from flask import Flask

from tests.people.make import COMMUNITY, Town
from tests.publication.make import Reader, folder_of, publish, write
from tests.service.make import FakeClock
from tests.web.test_metrics import printed
from volunteer_credit.journal.operations.public_files import PRESENT_MS, public_files
from volunteer_credit.publication.pages import log
from volunteer_credit.web import ready

pytestmark = pytest.mark.engines("sqlite")
CHECKPOINT = f"/log/{COMMUNITY}/checkpoint"


class AskedError(AssertionError):
    """The view was asked."""


@pytest.fixture
def closed(town: Town, site: Reader, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A site that has shown its checkpoint, and whose view fails from now on."""
    assert site.get(CHECKPOINT).status_code == 200

    def asked(*_about: object) -> None:
        raise AskedError

    monkeypatch.setattr(log, "public_bytes", asked)
    return site


def is_asked(site: Reader, path: str = CHECKPOINT, **headers: str) -> bool:
    return site.get(path, **headers).status_code == 500


def test_it_has_every_header_and_a_number_of_its_own(town: Town, site: Reader, app: Flask) -> None:
    first, again = site.get(CHECKPOINT), site.get(CHECKPOINT)
    assert again.data == first.data == (folder_of() / "checkpoint").read_bytes()
    one, other = dict(first.headers), dict(again.headers)
    numbers = {each.pop("X-Request-Id") for each in (one, other)}
    assert len(numbers) == 2
    assert one == other
    assert {"Content-Security-Policy", "Strict-Transport-Security", "ETag"} <= other.keys()
    line = 'vc_requests_total{method="GET",route="/log/<community>/<path:name>",status="200"} 2.0'
    assert line in printed(app)


def test_the_view_is_not_asked_again_but_for_what_is_more(closed: Reader) -> None:
    assert not is_asked(closed)
    for header in ("If-None-Match", "If-Modified-Since", "Range"):
        assert is_asked(closed, **{header: "x"})
    assert is_asked(closed, f"{CHECKPOINT}?lang=en")
    assert is_asked(closed, f"/log/{COMMUNITY}/1/checkpoint")
    assert closed.post(CHECKPOINT).status_code == 405


def test_a_new_checkpoint_is_shown_at_once(town: Town, site: Reader) -> None:
    old = site.get(CHECKPOINT).data
    write(town.anna, "one more")
    publish()
    new = site.get(CHECKPOINT).data
    assert new == (folder_of() / "checkpoint").read_bytes() != old


def test_which_book_is_the_present_one_is_asked_each_second(
    closed: Reader, clock: FakeClock
) -> None:
    clock.pass_ms(PRESENT_MS)
    assert is_asked(closed)


def test_bytes_that_are_not_the_newest_are_not_kept(town: Town, site: Reader) -> None:
    data = site.get(CHECKPOINT).data
    files = public_files()
    assert not files.unchanged(COMMUNITY, 0, "checkpoint", bytes(bytearray(data)))()
    assert not files.unchanged("nowhere", 0, "checkpoint", data)()


def test_an_answer_in_a_language_and_a_refusal_are_not_kept(town: Town, site: Reader) -> None:
    for path in (f"{CHECKPOINT}?lang=zh", f"{CHECKPOINT}s/999999"):
        site.get(path)
        assert path.partition("?")[0] not in ready.answers()


def test_only_so_many_are_kept(town: Town, site: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "ANSWERS_MAX", 1)
    for path in (CHECKPOINT, f"/log/{COMMUNITY}/1/checkpoint"):
        site.get(path)
        assert list(ready.answers()) == [path]
