"""Receipts: for whom they are, what they say, and that no byte of one can be changed."""

import io
import re
from dataclasses import replace

import pytest
from flask import Flask

from ledger.proof import parse_proof
from tests.people.make import COMMUNITY, OTHER, Town
from tests.publication.make import Reader, folder_of, problem, publish, write
from tests.service.make import FakeClock
from volunteer_credit.journal.operations.check_receipt import check_receipt
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.published import book_and_keys
from volunteer_credit.journal.operations.receipts import receipt
from volunteer_credit.journal.rules.errors import BookForkError
from volunteer_credit.journal.rules.publication_errors import (
    ReceiptElsewhereError,
    ReceiptForkError,
    ReceiptProofError,
    ReceiptSignatureError,
    ReceiptUnreadableError,
    ReceiptWithoutEntryError,
)
from volunteer_credit.journal.rules.receipt_check import check_held, read_receipt
from volunteer_credit.shared.errors import RefusedError

API = f"/api/v1/books/{COMMUNITY}/entries"


def test_a_member_gets_their_own_receipt_and_no_other(town: Town, site: Reader) -> None:
    chen, du = town.add("陈"), town.add("杜")
    seq = write(chen, "chen")
    other = write(du, "du")
    publish()
    found = site.as_(chen).get(f"{API}/{seq}/receipt")
    assert (found.status_code, found.mimetype) == (200, "text/plain")
    assert found.headers["Cache-Control"] == "no-store"
    assert check_receipt(found.data).seq == seq
    assert problem(site.as_(chen).get(f"{API}/{other}/receipt")) == (404, "no_entry")
    assert problem(site.as_(chen).get(f"{API}/{other + 1}/receipt")) == (404, "no_entry")
    assert problem(site.as_(chen).get(f"{API}/{seq}/receipt?book=2")) == (
        404,
        "publication_missing",
    )
    for reader in (town.anna, town.bo):  # staff and supervisor; both act in entry 0 only
        assert site.as_(reader).get(f"{API}/{seq}/receipt").status_code == 200


@pytest.mark.engines("sqlite")
def test_who_gets_no_receipt(town: Town, site: Reader) -> None:
    chen, eve = town.add("陈"), town.add("夏", communities=[OTHER])
    seq = write(chen, "chen")
    publish()
    assert problem(site.get(f"{API}/{seq}/receipt")) == (401, "sign_in_needed")
    away = site.as_(eve, community=OTHER)
    assert problem(away.get(f"{API}/{seq}/receipt")) == (404, "not_here")
    assert problem(away.get("/api/v1/books/nowhere/entries/0/receipt"))[0] == 404
    weak = site.as_(town.anna, method="card")  # a role needs a strong sign-in
    assert problem(weak.get(f"{API}/{seq}/receipt")) == (403, "strong_sign_in_needed")
    assert site.as_(town.anna).get(f"{API}/{'9' * 30}/receipt").status_code == 404


@pytest.mark.engines("sqlite")
def test_a_read_seals_nothing(town: Town, site: Reader) -> None:
    chen = town.add("陈")
    seq = write(chen, "chen")
    before = (folder_of() / "checkpoint").read_bytes()
    found = site.as_(chen).get(f"{API}/{seq}/receipt")
    assert problem(found) == (503, "not_published_yet")
    assert found.headers["Retry-After"] == "5"
    assert (folder_of() / "checkpoint").read_bytes() == before
    (folder_of() / "checkpoint").unlink()
    assert problem(site.as_(chen).get(f"{API}/{seq}/receipt")) == (503, "not_published_yet")


def test_a_receipt_is_made_at_once_for_who_asks(town: Town, site: Reader, clock: FakeClock) -> None:
    chen, du = town.add("陈"), town.add("杜")
    seq = write(chen, "chen")
    path = f"{API}/{seq}/receipt"
    made = site.as_(chen).post(path)
    assert (made.status_code, check_receipt(made.data).seq) == (200, seq)
    assert site.as_(chen).post(path).data == made.data
    assert problem(site.as_(du).post(path)) == (404, "no_entry")
    assert problem(site.as_(chen).post(f"{API}/{seq + 1}/receipt")) == (404, "no_entry")
    assert problem(site.post(path)) == (401, "sign_in_needed")
    later = write(chen, "again")
    soon = site.as_(chen).post(f"{API}/{later}/receipt")
    assert problem(soon) == (503, "not_published_yet")
    assert soon.headers["Retry-After"] == "5"
    clock.pass_ms(3000)
    assert site.as_(chen).post(f"{API}/{later}/receipt").status_code == 200


@pytest.mark.engines("sqlite")
def test_what_may_not_be_sealed_is_not_sealed_for_a_receipt(town: Town, site: Reader) -> None:
    chen = town.add("陈")
    seq = write(chen, "chen")
    before = (folder_of() / "checkpoint").read_bytes()
    origin, _ = book_and_keys(COMMUNITY)
    guard().stopped[origin.origin] = BookForkError(origin=origin.origin, where="witness", size=1)
    stopped = site.as_(chen).post(f"{API}/{seq}/receipt")
    assert problem(stopped) == (503, "book_fork")
    assert stopped.headers["Retry-After"] == "60"
    assert (folder_of() / "checkpoint").read_bytes() == before


@pytest.mark.engines("sqlite")
def test_the_page_of_a_receipt_that_is_not_there_yet_has_a_button(town: Town, site: Reader) -> None:
    chen = town.add("陈")
    seq = write(chen, "chen")
    browser = site.as_(chen)
    shown = browser.get(f"/book/{COMMUNITY}/receipt?seq={seq}")
    assert (shown.status_code, shown.headers["Retry-After"]) == (503, "5")
    assert "Make my receipt now" in shown.get_data(as_text=True)
    pairs = re.findall(
        r'name="(_csrf|_key|seq|book)" value="([^"]+)"', shown.get_data(as_text=True)
    )
    made = browser._ask("POST", f"/book/{COMMUNITY}/receipt", {}, data=dict(pairs))
    assert made.data == receipt(COMMUNITY, seq)
    assert f"filename={COMMUNITY}-{seq}.tlog-proof" in made.headers["Content-Disposition"]
    forged = browser._ask("POST", f"/book/{COMMUNITY}/receipt", {}, data={"seq": str(seq)})
    assert forged.status_code == 403


@pytest.mark.engines("sqlite")
def test_the_page_gives_the_same_file(town: Town, site: Reader) -> None:
    chen = town.add("陈")
    seq = write(chen, "chen")
    publish()
    page = site.as_(chen).get(f"/book/{COMMUNITY}")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert f"https://points.example/log/{COMMUNITY}/1/checkpoint" in text
    assert "/audit" not in text
    assert "/audit" in site.as_(town.bo).get(f"/book/{COMMUNITY}").get_data(as_text=True)
    found = site.as_(chen).get(f"/book/{COMMUNITY}/receipt?seq={seq}&lang=en")
    assert found.data == receipt(COMMUNITY, seq)
    assert f"filename={COMMUNITY}-{seq}.tlog-proof" in found.headers["Content-Disposition"]
    assert site.as_(chen).get(f"/book/{COMMUNITY}/receipt?seq=0").status_code == 404
    for wrong in ("", "?seq=x", "?seq=-1", "?seq=99999999999999999"):
        assert site.as_(chen).get(f"/book/{COMMUNITY}/receipt{wrong}").status_code == 422
    assert site.get(f"/book/{COMMUNITY}").status_code == 303


@pytest.mark.engines("sqlite")
def test_no_byte_of_a_receipt_can_be_changed(town: Town) -> None:
    data = receipt(COMMUNITY, 1)
    _, keys = book_and_keys(COMMUNITY)
    check_held(read_receipt(data), keys)
    for place in range(len(data)):
        wrong = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(RefusedError):
            check_held(read_receipt(wrong), keys)
    for short in range(0, len(data), 97):
        with pytest.raises(RefusedError):
            check_held(read_receipt(data[:short]), keys)


@pytest.mark.engines("sqlite")
def test_why_a_receipt_does_not_hold(app: Flask, town: Town, clock: FakeClock) -> None:
    data, other = receipt(COMMUNITY, 1), receipt(OTHER, 1)
    assert check_receipt(data).is_witnessed
    proof, foreign = parse_proof(data), parse_proof(other)
    with pytest.raises(ReceiptUnreadableError):
        check_receipt(b"c2sp.org/tlog-proof@v1\n")
    with pytest.raises(ReceiptWithoutEntryError):
        check_receipt(replace(proof, extra=None).encode())
    for note in (foreign.extra, parse_proof(receipt(COMMUNITY, 2)).extra, b"x"):
        with pytest.raises(ReceiptProofError):
            check_receipt(replace(proof, extra=note).encode())
    with pytest.raises(ReceiptProofError):
        check_receipt(replace(proof, index=2).encode())
    mixed = (
        proof.checkpoint.partition(b"\n\n")[0] + b"\n\n" + foreign.checkpoint.partition(b"\n\n")[2]
    )
    with pytest.raises(ReceiptSignatureError):
        check_receipt(replace(proof, checkpoint=mixed).encode())
    for origin in (
        *(b"elsewhere/huancui-01/1", b"weihai.example/huancui-01/2", b"weihai.example/nowhere/1"),
        *(b"weihai.example/huancui-01/01", b"weihai.example/huancui-01/0", b"hill"),
        b"weihai.example/huancui-01/9999999999",
    ):
        moved = data.replace(b"weihai.example/huancui-01/1\n", origin + b"\n")
        with pytest.raises(ReceiptElsewhereError):
            check_receipt(moved)
    newest = (folder_of() / "checkpoint").read_bytes()
    write(town.anna, "one more")
    publish()
    ahead = receipt(COMMUNITY, 1)
    assert check_receipt(ahead).size == 5
    (folder_of() / "checkpoint").write_bytes(newest)
    with pytest.raises(ReceiptForkError):
        check_receipt(ahead)
    # A server that has less than the receipt proves, or another history of that length.
    (folder_of() / "checkpoint").write_bytes((folder_of(OTHER) / "checkpoint").read_bytes())
    for path in (folder_of() / "tile").glob("0/*"):
        path.rename(path.with_name("away"))
    (folder_of() / "tile/0").rename(folder_of() / "tile/old")
    (folder_of(OTHER) / "tile/0").rename(folder_of() / "tile/0")
    with pytest.raises(ReceiptForkError):
        check_receipt(data)


@pytest.mark.engines("sqlite")
def test_anybody_checks_a_receipt_on_a_page(town: Town, site: Reader) -> None:
    chen = town.add("陈")
    seq = write(chen, "chen", minutes=95)
    publish()
    data = receipt(COMMUNITY, seq)
    files = {"file": (io.BytesIO(data), "a.tlog-proof")}
    shown = site.send("/verify", **files).get_data(as_text=True)
    assert "It holds" in shown
    assert "points.example" in shown
    assert "1 h 35" in shown
    assert chen.account not in shown
    assert "社区" in shown  # the name of the community
    text = data.decode().replace("\n", "\r\n")
    assert "It holds" in site.send("/verify", receipt=text).get_data(as_text=True)
    wrong = text.replace("index ", "index 1")
    red = site.send("/verify", receipt=wrong).get_data(as_text=True)
    assert "It does not hold" in red
    assert "What the entry says" not in red
    assert "paste the receipt" in site.send("/verify", receipt=" ").get_data(as_text=True)
    large = {"file": (io.BytesIO(b"x" * 70_000), "a")}
    assert "65536" in site.send("/verify", **large).get_data(as_text=True)
    assert site.send("/verify", receipt="x" * 2_000_000).status_code == 413
    stale = replace(site, cookies={})
    assert stale._ask("POST", "/verify", {}, data={"receipt": text}).status_code == 403


@pytest.mark.engines("sqlite")
def test_the_page_speaks_chinese(town: Town, site: Reader) -> None:
    shown = site.get("/verify?lang=zh").get_data(as_text=True)
    assert re.search(r"<h1>核对回执</h1>", shown)
    assert 'enctype="multipart/form-data"' in shown


@pytest.mark.engines("sqlite")
def test_the_checking_is_limited(town: Town, site: Reader) -> None:
    codes = {site.send("/verify", receipt="x").status_code for _ in range(61)}
    assert codes == {200, 429}


@pytest.mark.engines("sqlite")
def test_the_calls_are_described(site: Reader) -> None:
    paths = site.get("/api/v1/openapi.json").get_json()["paths"]
    books, hooks = "/api/v1/books/{community}", "/api/v1/communities/{community}/webhooks"
    said = {
        (path, method): paths[path][method]["x-who-may-call"]
        for path in paths
        for method in paths[path]
        if path.startswith((books, hooks)) and method != "parameters"
    }
    assert said == {
        (f"{books}/entries/{{seq}}/receipt", "get"): "book.read",
        (f"{books}/entries/{{seq}}/receipt", "post"): "book.read",
        (f"{books}/bundles/{{number}}", "post"): "bundle.read",
        (f"{books}/exports", "post"): "bundle.read",
        (f"{books}/exports/{{export}}", "get"): "bundle.read",
        (f"{books}/exports/{{export}}/file", "get"): "bundle.read",
        (hooks, "get"): "webhook.change",
        (hooks, "post"): "webhook.change",
        (f"{hooks}/{{webhook}}", "delete"): "webhook.change",
    }
    answer = paths[f"{books}/exports/{{export}}/file"]["get"]["responses"]["200"]
    assert list(answer["content"]) == ["application/zip"]
