"""The history of checkpoints, for everybody."""

import pytest

from tests.people.make import COMMUNITY, Town
from tests.publication.make import Reader, folder_of, publish, write
from volunteer_credit.journal.operations.checkpoints_shown import newest_shown
from volunteer_credit.journal.operations.cosign import cosign_published
from volunteer_credit.journal.rules.seal_errors import CheckpointChangedError
from volunteer_credit.publication.pages import book

PAGE = f"/book/{COMMUNITY}/checkpoints"


@pytest.mark.engines("sqlite")
def test_everybody_sees_who_signed(town: Town, site: Reader) -> None:
    page = site.get(PAGE)
    text = page.get_data(as_text=True)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "public, max-age=30")
    assert f"weihai.example/{COMMUNITY}/1/mldsa" in text
    assert "second key" in text
    assert f"/log/{COMMUNITY}/1/checkpoints/" in text
    assert "第二密钥" in site.get(f"{PAGE}?lang=zh").get_data(as_text=True)
    for wrong, status in (("?before=x", 422), ("?book=2", 404), ("?before=-1", 422)):
        assert site.get(PAGE + wrong).status_code == status
    assert site.get("/book/nowhere/checkpoints").status_code == 404


@pytest.mark.engines("sqlite")
def test_they_come_page_by_page(town: Town, site: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "ON_PAGE", 3)
    for number in range(4):
        write(town.anna, f"{number}")
        publish()
    shown = newest_shown(COMMUNITY)
    assert shown is not None
    text = site.get(PAGE).get_data(as_text=True)
    assert text.count("As signed") == 3
    before = shown.size - 2
    assert f"book=0&amp;before={before}" in text
    older = site.get(f"{PAGE}?before={before}").get_data(as_text=True)
    assert older.count("As signed") == 2
    assert "Older" not in older
    (folder_of() / "checkpoints" / str(shown.size)).unlink()
    text = site.get(PAGE).get_data(as_text=True)
    assert text.count("As signed") == 2
    assert "Older" in text


@pytest.mark.engines("sqlite")
def test_a_checkpoint_that_was_changed_is_not_shown(town: Town, site: Reader) -> None:
    shown = newest_shown(COMMUNITY)
    assert shown is not None
    assert [each.role for each in shown.lines] == ["log", "cosign"]
    assert shown.at_seconds
    assert cosign_published(COMMUNITY) is not None
    path = folder_of() / "checkpoint"
    other = b"B" if shown.root[0] == "A" else b"A"
    path.write_bytes(
        path.read_bytes().replace(shown.root.encode(), other + shown.root.encode()[1:])
    )
    with pytest.raises(CheckpointChangedError):
        newest_shown(COMMUNITY)
    assert site.as_(town.anna).get(f"/book/{COMMUNITY}").status_code == 503
    path.unlink()
    page = site.as_(town.anna).get(f"/book/{COMMUNITY}")
    assert "Nothing is published yet" in page.get_data(as_text=True)
