"""Witnesses: their lines are published, their silence is a warning, their larger tree stops all."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import Ed25519Cosigner, MldsaCosigner
from ledger.files import Published
from ledger.ids import SpillingIds
from ledger.note import Ed25519Signer
from ledger.policy import Policy, parse_policy
from ledger.policy import Witness as Named
from ledger.tiles import TileHashes
from ledger.verify import verify
from ledger.witness_app import Witness
from ledger.witness_client import Reply
from ledger.witness_errors import WitnessUnreachableError
from ledger.witness_state import create_state, open_state
from tests.ledger.make import seed
from tests.service.books import COMMUNITY, notes
from tests.service.make import FakeClock, environ_for
from tests.service.sealed import (
    ORIGIN,
    awards,
    export_folder,
    grown,
    head_of,
    restart,
    run,
)
from volunteer_credit.config import Settings
from volunteer_credit.journal.jobs import cosign_all, jobs, seal_all
from volunteer_credit.journal.operations.cosign import cosign_published
from volunteer_credit.journal.operations.guard import guard
from volunteer_credit.journal.operations.keys import LOG, keeper
from volunteer_credit.journal.operations.receipts import receipt
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.operations.witnesses import QUIET_MS, witnesses
from volunteer_credit.journal.rules.errors import BehindPublicationError, BookForkError
from volunteer_credit.journal.rules.seal_errors import SealingFailedError, WitnessPolicyError
from volunteer_credit.shared.db import db

URL = "https://witness.example"
NAME = "witness.example/w1"
COSIGNERS = (Ed25519Cosigner(NAME, seed("w ed25519")), MldsaCosigner(NAME, seed("w mldsa")))
KEYS = tuple(each.verifier_key for each in COSIGNERS)


class Remote:
    """A witness somewhere else: what it is sent, and whether it answers."""

    def __init__(self, base: Path, now_seconds: int) -> None:
        self.base, self.now_seconds = base, now_seconds
        self.bodies: list[bytes] = []
        self.up = True
        self._witness: Witness | None = None

    def post(self, url: str, body: bytes) -> Reply:
        assert url == f"{URL}/add-checkpoint"
        self.bodies.append(body)
        if not self.up:
            raise WitnessUnreachableError(url=url, reason="the test says so")
        answer = self._open().add_checkpoint(body, self.now_seconds)
        return Reply(answer.status, answer.content_type, answer.body)

    def _open(self) -> Witness:
        if self._witness is None:
            state, keys = self.base / "state", self.base / "key"
            keys.mkdir(parents=True)
            create_state(state, keys, KEYS, seed("state id"))
            policy = parse_policy((export_folder() / "policy").read_bytes())
            logs = {ORIGIN: [log.key for log in policy.logs]}
            self._witness = Witness(open_state(state, keys, KEYS), COSIGNERS, logs)
        return self._witness


@pytest.fixture
def remote(app: Flask, tmp_path: Path, clock: FakeClock) -> Iterator[Remote]:
    """A service whose policy names one witness with two keys and one that nobody can reach."""
    named = [Named(b"w%d" % number, key, URL.encode()) for number, key in enumerate(KEYS)]
    silent = Named(b"silent", Ed25519Cosigner("w.example/2", seed("silent")).verifier_key)
    path = tmp_path / "witness-policy"
    path.write_bytes(Policy((), (*named, silent), (), b"w0").encode())
    runtime = app.extensions["volunteer_credit"]
    object.__setattr__(runtime.settings, "witness_policy_path", path)
    one = Remote(tmp_path / "witness", clock.now_ms() // 1000)
    connect(one)
    yield one
    object.__setattr__(runtime.settings, "witness_policy_path", None)


def connect(one: Remote) -> None:
    witnesses().post = one.post


def started_again(app: Flask, one: Remote) -> None:
    restart(app)
    connect(one)


def names_on(data: bytes) -> list[str]:
    return [line.split(" ")[1] for line in data.decode().split("\n\n")[1].splitlines()]


def test_their_lines_are_published(app: Flask, remote: Remote, tmp_path: Path) -> None:
    grown(2)
    before = seal(COMMUNITY)
    assert NAME not in names_on(before)
    cosigned = cosign_published(COMMUNITY)
    assert cosigned is not None
    assert names_on(cosigned) == [*names_on(before), NAME, NAME]
    for path in ("checkpoint", f"checkpoints/{len(notes())}"):
        assert (export_folder() / path).read_bytes() == cosigned
    assert seal(COMMUNITY) == cosigned
    assert cosigned in receipt(COMMUNITY, 1)
    asked = len(remote.bodies)
    assert cosign_published(COMMUNITY) == cosigned
    assert len(remote.bodies) == asked  # nobody is asked for what is there
    policy = parse_policy((export_folder() / "policy").read_bytes())
    assert policy.quorum == b"w0"
    (tmp_path / "scratch").mkdir()
    ids = SpillingIds(tmp_path / "scratch")
    assert verify(Published(export_folder()), policy, ids).report.exit_code == 10
    ids.close()
    awards(2, 50)
    after = seal(COMMUNITY)
    assert NAME not in names_on(after)
    grown_lines = cosign_published(COMMUNITY)
    assert grown_lines is not None
    assert NAME in names_on(grown_lines)


def test_nothing_published_is_nothing_to_ask_about(app: Flask, remote: Remote) -> None:
    grown(1)
    assert cosign_published(COMMUNITY) is None
    assert remote.bodies == []


def test_silence_is_a_warning(
    app: Flask, remote: Remote, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    grown(2)
    before = seal(COMMUNITY)
    remote.up = False
    with caplog.at_level(logging.WARNING):
        assert cosign_published(COMMUNITY) == before
    assert "witness_unreachable" in caplog.text
    remote.up = True
    asked = len(remote.bodies)
    assert cosign_published(COMMUNITY) == before  # it is left alone for a while
    assert len(remote.bodies) == asked
    clock.pass_ms(QUIET_MS)
    assert cosign_published(COMMUNITY) != before
    started_again(app, remote)
    remote.up = False
    awards(1, 50)


def other_line(size: int, name: str) -> bytes:
    """The published checkpoint with a line that another process has fetched meanwhile."""
    checkpoint = head_of((export_folder() / "checkpoint").read_bytes())
    line = Ed25519Cosigner(name, seed("silent")).cosign(checkpoint, 1_795_305_600)
    return (export_folder() / "checkpoint").read_bytes() + line.encode()


def test_lines_of_others_stay(app: Flask, remote: Remote) -> None:
    grown(2)
    seal(COMMUNITY)
    post = remote.post

    def meanwhile(url: str, body: bytes) -> Reply:
        data = other_line(len(notes()), "w.example/2")
        for path in ("checkpoint", f"checkpoints/{len(notes())}"):
            if "w.example/2" not in names_on((export_folder() / path).read_bytes()):
                (export_folder() / path).write_bytes(data)
        return post(url, body)

    witnesses().post = meanwhile
    cosigned = cosign_published(COMMUNITY)
    assert cosigned is not None
    assert names_on(cosigned)[2:] == ["w.example/2", NAME, NAME]


def test_a_newer_checkpoint_is_not_taken_back(app: Flask, remote: Remote) -> None:
    grown(2)
    seal(COMMUNITY)
    size, post = len(notes()), remote.post

    def meanwhile(url: str, body: bytes) -> Reply:
        if len(notes()) == size:
            awards(1, 70)
            seal(COMMUNITY)
        return post(url, body)

    witnesses().post = meanwhile
    cosign_published(COMMUNITY)
    assert head_of((export_folder() / "checkpoint").read_bytes()).size == size + 1
    assert NAME in names_on((export_folder() / f"checkpoints/{size}").read_bytes())


def test_a_larger_tree_stops_the_book_at_the_start(app: Flask, remote: Remote) -> None:
    """The archive and the export went back with the database; the witness did not."""
    grown(2)
    seal(COMMUNITY)
    size = len(notes())
    awards(2, 50)
    seal(COMMUNITY)
    cosign_published(COMMUNITY)
    run("DELETE FROM journal_checkpoints WHERE size > :size", size=size)
    started_again(app, remote)
    with pytest.raises(BehindPublicationError) as caught:
        awards(1, 60)
    assert caught.value.where["where"] == f"witness {NAME}"
    assert caught.value.where["published"] == size + 2
    guard().again(ORIGIN)
    with pytest.raises(BehindPublicationError):
        awards(1, 60)


def log_signed(size: int) -> bytes:
    """Another tree of the log, with its key."""
    policy = parse_policy((export_folder() / "policy").read_bytes())
    key = policy.logs[0].key
    secret = keeper().seed(db.session(), ORIGIN, LOG, key.key_id.hex())
    other = Checkpoint(ORIGIN, size, bytes(32))
    return sign_checkpoint(other, [Ed25519Signer(ORIGIN, secret)], [], 1_795_305_600)


def test_another_tree_stops_the_book(app: Flask, remote: Remote) -> None:
    grown(2)
    seal(COMMUNITY)
    body = b"old 0\n\n" + log_signed(len(notes()))
    assert remote.post(f"{URL}/add-checkpoint", body).status == 200
    with pytest.raises(BookForkError):
        cosign_published(COMMUNITY)
    with pytest.raises(BookForkError):
        awards(1, 60)
    with pytest.raises(BookForkError):
        seal(COMMUNITY)
    started_again(app, remote)
    with pytest.raises(BookForkError):
        awards(1, 61)
    with pytest.raises(SealingFailedError):
        cosign_all("now")


def test_what_another_process_has_shown_it_is_no_fault(app: Flask, remote: Remote) -> None:
    grown(2)
    old = seal(COMMUNITY)
    hashes = TileHashes(Published(export_folder()).read, head_of(old).size)
    awards(2, 50)
    seal(COMMUNITY)
    cosign_published(COMMUNITY)
    assert witnesses().cosigned(old, hashes, lambda: len(notes())) == (old, None)
    data, problem = witnesses().cosigned(old, hashes, lambda: head_of(old).size)
    assert data == old
    assert isinstance(problem, BehindPublicationError)


def test_a_policy_that_does_not_read_is_said(app: Flask, remote: Remote, tmp_path: Path) -> None:
    grown(1)
    for data in (b"quorum nobody\n", None):
        path = tmp_path / "witness-policy"
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        restart(app)
        with pytest.raises(WitnessPolicyError):
            awards(1, 50)


def test_the_jobs(app: Flask, remote: Remote, tmp_path: Path, database_url: str) -> None:
    settings = Settings.from_environ(
        environ_for(database_url, tmp_path, VC_SEAL_INTERVAL_SECONDS="7")
    )
    assert [(job.name, job.interval_seconds) for job in jobs(settings)] == [
        ("seal", 7),
        ("witness", 7),
    ]
    grown(2)
    cosign_all("now")
    seal_all("now")
    assert head_of((export_folder() / "checkpoint").read_bytes()).size == len(notes())
    cosign_all("now")
    cosign_all("now")
    assert NAME in names_on((export_folder() / "checkpoint").read_bytes())
    assert len(remote.bodies) == 1  # one request for both keys, and none for what is done


def test_the_witness_round_needs_witnesses(app: Flask) -> None:
    grown(1)
    seal_all("now")
    before = (export_folder() / "checkpoint").read_bytes()
    cosign_all("now")
    assert (export_folder() / "checkpoint").read_bytes() == before
