"""Bundles and audit exports: for supervisors and inspectors, with a trace, and verifiable."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import text

from tests.people.make import COMMUNITY, OTHER, Town
from tests.publication.make import Reader, folder_of, problem, publish, write
from tests.service.make import AT_MS, FakeClock
from volunteer_credit.people.operations.digests import personal_digest
from volunteer_credit.people.queries.accesses import accesses_in
from volunteer_credit.publication.jobs import jobs
from volunteer_credit.publication.operations import export_making
from volunteer_credit.publication.operations.export_making import file_of, make_exports
from volunteer_credit.publication.queries import Place, open_exports
from volunteer_credit.publication.rules.exports import KEPT_MS
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

API = f"/api/v1/books/{COMMUNITY}"


def looks(action: str) -> list[str]:
    end_reading()
    found = accesses_in(db.session, COMMUNITY, 0, 2**53)
    return [each.by_person for each in found if each.action == action]


def asked(reader: Reader, key: str) -> str:
    found = reader.post(f"{API}/exports", key)
    assert found.status_code == 201, found.get_data(as_text=True)
    return str(found.get_json()["export_id"])


def test_a_bundle_is_read_with_a_trace(town: Town, site: Reader) -> None:
    bo = site.as_(town.bo)
    found = bo.post(f"{API}/bundles/0", "one")
    assert (found.status_code, found.mimetype) == (200, "application/octet-stream")
    assert found.data == (folder_of() / "tile/entries/000.p/4").read_bytes()
    assert bo.post(f"{API}/bundles/0", "one").data == found.data  # a retry is one look
    assert looks("book_bundle") == [town.bo.person_id]
    assert problem(bo.post(f"{API}/bundles/1", "two")) == (404, "publication_missing")
    assert problem(bo.post(f"{API}/bundles/0?book=2", "two")) == (404, "publication_missing")
    assert looks("book_bundle") == [town.bo.person_id]


@pytest.mark.engines("sqlite")
def test_who_gets_no_bundle_and_no_export(town: Town, site: Reader) -> None:
    chen = town.add("陈")
    for reader in (chen, town.anna):  # a member, and staff
        assert problem(site.as_(reader).post(f"{API}/bundles/0")) == (403, "not_allowed_here")
        assert problem(site.as_(reader).post(f"{API}/exports")) == (403, "not_allowed_here")
        assert site.as_(reader).get(f"/book/{COMMUNITY}/audit").status_code == 403
    assert problem(site.post(f"{API}/bundles/0")) == (401, "sign_in_needed")
    bo = site.as_(town.bo)
    assert problem(bo.post(f"/api/v1/books/{OTHER}/bundles/7"))[0] == 404
    with transaction() as session:
        session.execute(text("UPDATE people_sessions SET stepped_up_until_ms = 0"))
    assert problem(bo.post(f"{API}/bundles/0")) == (401, "step_up_needed")
    assert problem(bo.post(f"{API}/exports")) == (401, "step_up_needed")
    assert problem(bo.get(f"{API}/exports/x/file")) == (401, "step_up_needed")
    assert looks("book_bundle") == []


def test_an_export_is_made_by_a_job_and_verifies(town: Town, site: Reader, tmp_path: Path) -> None:
    write(town.anna, "more")
    publish()
    bo = site.as_(town.bo)
    number = asked(bo, "one")
    assert asked(bo, "one") == number
    assert looks("book_export") == [town.bo.person_id]
    assert bo.get(f"{API}/exports/{number}").get_json()["state"] == "waiting"
    assert problem(bo.get(f"{API}/exports/{number}/file")) == (404, "export_missing")
    make_exports()
    shown = bo.get(f"{API}/exports/{number}").get_json()
    assert (shown["state"], shown["percent"]) == ("ready", 100)
    whole = bo.get(f"{API}/exports/{number}/file")
    assert (whole.status_code, whole.mimetype) == (200, "application/zip")
    assert len(whole.data) == shown["count_bytes"]
    part = bo.get(f"{API}/exports/{number}/file", Range="bytes=100-")
    assert (part.status_code, part.data) == (206, whole.data[100:])
    assert bo.get(f"{API}/exports/{number}/file", Range="bytes=99999999-").status_code == 416
    (tmp_path / "a.zip").write_bytes(whole.data)
    with ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
        names = archive.namelist()
    assert names[:2] == ["README.txt", "policy"]
    assert not any("/." in each for each in names)
    book = tmp_path / "out" / "weihai.example" / COMMUNITY / "1"
    assert (tmp_path / "out" / "README.txt").read_text().count("ledger verify") == 1
    words = [sys.executable, "-m", "ledger", "verify", str(book), "--policy", str(book / "policy")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 10), done.stdout + done.stderr  # 10: a kind that only tests know
    path = book / "tile/entries/000.p/5"
    path.write_bytes(path.read_bytes().replace(b"points.example", b"points.exampla", 1))
    assert subprocess.run(words, capture_output=True, check=False).returncode not in (0, 10)


@pytest.mark.engines("sqlite")
def test_the_same_book_gives_the_same_bytes(town: Town, site: Reader) -> None:
    bo = site.as_(town.bo)
    first = asked(bo, "one")
    make_exports()
    for path in folder_of().rglob("*"):
        path.touch()
    second = asked(bo, "two")
    make_exports()
    one, two = (sha256(file_of(each).read_bytes()).digest() for each in (first, second))
    assert one == two
    assert open_exports(db.session) == []


@pytest.mark.engines("sqlite")
def test_it_names_no_account_of_who_asked(town: Town, site: Reader) -> None:
    asked(site.as_(town.bo), "one")
    (kept,) = db.session.execute(text("SELECT asked_by FROM publication_exports")).scalars()
    assert len(kept) == 64
    assert not set(kept.split()) & {town.bo.account, town.bo.person_id}
    end_reading()
    assert kept == personal_digest(town.bo.person_id, {"asks": COMMUNITY})
    person_keys(current()).destroy(town.bo.person_id, AT_MS)
    assert personal_digest(town.bo.person_id, {"asks": COMMUNITY}) == ""


@pytest.mark.engines("sqlite")
def test_it_is_for_who_asked_and_for_a_week(town: Town, site: Reader, clock: FakeClock) -> None:
    dai = town.add("戴")
    town.grant(dai, "inspector")
    number = asked(site.as_(town.bo), "one")
    make_exports()
    for reader in (dai, town.anna):
        found = site.as_(reader).get(f"{API}/exports/{number}/file")
        assert found.status_code in (403, 404)
    assert problem(site.as_(dai).get(f"{API}/exports/{number}")) == (404, "export_missing")
    assert problem(site.as_(town.bo).get(f"{API}/exports/{'0' * 32}"))[0] == 404
    path = file_of(number)
    stray = path.with_name("left.part")
    stray.write_bytes(b"x")
    make_exports()
    assert (path.is_file(), stray.is_file()) == (True, False)
    clock.pass_ms(KEPT_MS)
    make_exports()
    assert not path.exists()
    assert db.session.execute(text("SELECT count(*) FROM publication_exports")).scalar_one() == 0


@pytest.mark.engines("sqlite")
def test_three_an_hour(town: Town, site: Reader, clock: FakeClock) -> None:
    bo = site.as_(town.bo)
    for number in range(3):
        asked(bo, f"{number}")
    refused = bo.post(f"{API}/exports", "more")
    assert problem(refused) == (429, "exports_too_many")
    assert refused.headers["Retry-After"] == "3600"
    assert len(looks("book_export")) == 3
    clock.pass_ms(3_600_000)
    asked(bo, "more")


@pytest.mark.engines("sqlite")
def test_a_crash_is_made_good_and_a_failure_is_said(
    town: Town, site: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = site.as_(town.bo)
    number = asked(bo, "one")
    with monkeypatch.context() as patch:
        patch.setattr(export_making, "readme", die)
        with pytest.raises(KeyboardInterrupt):
            make_exports()
        assert bo.get(f"{API}/exports/{number}").get_json()["state"] == "making"
        page = bo.get(f"/book/{COMMUNITY}/audit").get_data(as_text=True)
        assert "Look again" in page
    make_exports()
    assert bo.get(f"{API}/exports/{number}").get_json()["state"] == "ready"
    failed = asked(bo, "two")
    (folder_of() / "policy").rename(folder_of() / "away")
    make_exports()
    assert bo.get(f"{API}/exports/{failed}").get_json()["state"] == "failed"
    assert bo.get(f"{API}/exports/{number}").get_json()["state"] == "ready"
    assert [each.name for each in file_of(number).parent.iterdir()] == [f"{number}.zip"]


def die(*_: object) -> bytes:
    raise KeyboardInterrupt


@pytest.mark.engines("sqlite")
def test_progress_is_written_down(
    town: Town, site: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    real = export_making._note

    def noted(place: Place, **values: int) -> None:
        told.append(values.get("percent", -1))
        real(place, **values)

    monkeypatch.setattr(export_making, "_note", noted)
    asked(site.as_(town.bo), "one")
    make_exports()
    assert told[0] == 0
    assert told[-1] == 100
    assert len(told) > 3
    assert told == sorted(told)


@pytest.mark.engines("sqlite")
def test_the_page_asks_shows_and_gives(town: Town, site: Reader) -> None:
    bo = site.as_(town.bo)
    page = f"/book/{COMMUNITY}/audit"
    sent = bo.send(page)
    assert (sent.status_code, sent.headers["Location"]) == (303, page)
    assert "Waiting" in bo.get(page).get_data(as_text=True)
    jobs()[0].run("")
    shown = bo.get(page).get_data(as_text=True)
    assert "Ready" in shown
    assert "Look again" not in shown
    assert f"{API}/exports/" in shown
    assert "可下载" in bo.get(f"{page}?lang=zh").get_data(as_text=True)


@pytest.mark.engines("sqlite")
def test_a_community_that_is_not_published_yet_gives_an_empty_archive(
    app: Flask, site: Reader, town: Town
) -> None:
    number = asked(site.as_(town.bo), "one")
    folder_of().rename(folder_of().with_name("away"))
    make_exports()
    with ZipFile(file_of(number)) as archive:
        assert archive.namelist() == ["README.txt", "policy"]
