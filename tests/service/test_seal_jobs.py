"""The job that seals: every book that has grown, and none kept from it by another."""

import shutil

import pytest
from flask import Flask

from tests.service.books import COMMUNITY, award, funded, request
from tests.service.sealed import awards, export_folder, head_of, restart, run
from volunteer_credit.journal import jobs
from volunteer_credit.journal.jobs import seal_all
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.sealing import sealing
from volunteer_credit.journal.rules.seal_errors import SealBusyError, SealingFailedError

OTHER = "huancui-02"
OTHER_ORIGIN = f"weihai.example/{OTHER}/1"


def test_a_broken_book_keeps_no_other_from_it(app: Flask) -> None:
    funded(COMMUNITY)
    funded(OTHER)
    run(
        "UPDATE journal_entries SET note = :note WHERE community_id = :c AND seq = 1",
        note=b"x",
        c=COMMUNITY,
    )
    with pytest.raises(SealingFailedError) as caught:
        seal_all("now")
    assert "not an entry" in caught.value.sentence()
    assert (caught.value.where["count"], caught.value.where["community"]) == (1, COMMUNITY)
    assert (export_folder(OTHER_ORIGIN) / "checkpoint").is_file()
    assert not (export_folder() / "checkpoint").exists()


def test_only_what_has_grown_is_touched(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    funded(COMMUNITY)
    funded(OTHER)
    sealed: list[str] = []

    def watched(community: str) -> bytes:
        sealed.append(community)
        return seal(community)

    monkeypatch.setattr(jobs, "seal", watched)
    seal_all("now")
    seal_all("now")
    assert sorted(sealed) == [COMMUNITY, OTHER]
    append(OTHER, request("one"), [award()])
    seal_all("now")
    assert sealed[2:] == [OTHER]
    shutil.rmtree(export_folder())
    restart(app)
    seal_all("now")  # a new process looks at each once: what a crash left is finished
    assert sorted(sealed[3:]) == [COMMUNITY, OTHER]
    assert (export_folder() / "checkpoint").is_file()


def test_a_busy_book_waits_for_the_next_period(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    funded(COMMUNITY)
    sealing().persons_backed_up = lambda _session, _community, _seqs: False
    seal_all("now")
    assert not (export_folder() / "checkpoint").exists()
    sealing().persons_backed_up = lambda _session, _community, _seqs: True

    def busy(community: str) -> bytes:
        raise SealBusyError(origin=community)

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "seal", busy)
        seal_all("now")
    awards(1, 50)
    seal_all("now")
    assert head_of((export_folder() / "checkpoint").read_bytes()).size > 0
