"""Asking a witness: what real ones answer is understood, and no answer is believed unchecked."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from ledger.checkpoint import open_checkpoint, read_checkpoint
from ledger.cosignature import CosignatureTimestampError, Ed25519Cosigner
from ledger.errors import ForkError, LedgerError, MalformedError
from ledger.merkle import HashReader
from ledger.note import (
    Ed25519Signer,
    Note,
    NoteLinesError,
    SignatureInvalidError,
    SignatureRepeatedError,
    SignatureUnknownError,
)
from ledger.tree_errors import (
    RootMismatchError,
)
from ledger.vkey import VerifierKey
from ledger.witness import SIZE_TYPE, TEXT_TYPE
from ledger.witness_app import Witness
from ledger.witness_client import Post, Reply, cosign
from ledger.witness_errors import (
    WitnessAheadError,
    WitnessAnswerError,
    WitnessBusyError,
    WitnessDistrustError,
    WitnessFailedError,
    WitnessForkError,
    WitnessMovingError,
    WitnessRequestError,
    WitnessStrangerError,
)
from tests.ledger.make import seed
from tests.ledger.witnessing import (
    ED25519,
    FORKED,
    HONEST,
    KEYS,
    MLDSA,
    NOW,
    new_witness,
    settle,
)

URL = "https://witness.example/w1"
SIGNED = HONEST.signed(9)
HEAD = HONEST.head(9)
STRANGER = Ed25519Signer("grease.example/unknown", seed("stranger"))
GREASE = STRANGER.sign(HEAD.text()).encode()
ED_LINE, MLDSA_LINE = (each.cosign(HEAD, NOW).encode() for each in (ED25519, MLDSA))


def posting(witness: Witness, asked: list[bytes] | None = None) -> Post:
    """The transport to a witness in this process."""

    def post(url: str, body: bytes) -> Reply:
        assert url == f"{URL}/add-checkpoint"
        if asked is not None:
            asked.append(body)
        response = witness.add_checkpoint(body, NOW)
        return Reply(response.status, response.content_type, response.body)

    return post


def answering(*replies: Reply) -> Post:
    """A transport that gives these answers in turn, and no more."""
    left = iter(replies)
    return lambda _url, _body: next(left)


def ask(
    post: Post,
    data: bytes = SIGNED,
    *,
    keys: Iterable[VerifierKey] = KEYS,
    hashes: HashReader = HONEST.hashes,
    old_size: int = 0,
) -> bytes:
    return cosign(data, hashes, URL, [*keys], post, old_size=old_size)


def test_a_first_request_and_one_from_a_known_size_take_one_round(tmp_path: Path) -> None:
    witness, asked = new_witness(tmp_path), list[bytes]()
    post = posting(witness, asked)
    ask(post, HONEST.signed(3))
    data = ask(post, old_size=3)
    assert asked == [HONEST.request(0, 3), HONEST.request(3, 9)]
    assert data.startswith(SIGNED)
    assert open_checkpoint(data, (), witnesses=KEYS).keys == set(KEYS)


def test_a_slash_after_the_address_makes_no_difference(tmp_path: Path) -> None:
    post = posting(new_witness(tmp_path))
    assert cosign(SIGNED, HONEST.hashes, f"{URL}/", KEYS, post).startswith(SIGNED)


def test_a_409_is_followed_by_the_proof_from_there(tmp_path: Path) -> None:
    witness, asked = new_witness(tmp_path), list[bytes]()
    settle(witness, HONEST, 5)
    ask(posting(witness, asked))
    assert asked == [HONEST.request(0, 9), HONEST.request(5, 9)]


@pytest.mark.parametrize("content_type", ["Text/X.tlog.size", "text/x.tlog.size; charset=utf-8"])
def test_the_type_of_a_size_may_be_spelled_otherwise(content_type: str) -> None:
    good = Reply(200, TEXT_TYPE, ED_LINE)
    assert ask(answering(Reply(409, content_type, b"5\n"), good)) == SIGNED + ED_LINE


def test_after_three_rounds_it_gives_up() -> None:
    sizes = [Reply(409, SIZE_TYPE, b"%d\n" % size) for size in (3, 4, 5)]
    with pytest.raises(WitnessMovingError, match="3 rounds"):
        ask(answering(*sizes))
    assert ask(answering(*sizes[:2], Reply(200, TEXT_TYPE, ED_LINE))) == SIGNED + ED_LINE


@pytest.mark.parametrize("size", [9, 12])
def test_a_fork_is_told_as_a_fork(tmp_path: Path, size: int) -> None:
    witness = new_witness(tmp_path)
    settle(witness, FORKED, 9)
    with pytest.raises(WitnessForkError) as caught:
        ask(posting(witness), HONEST.signed(size))
    assert isinstance(caught.value, ForkError)


def test_a_rollback_is_told_as_one(tmp_path: Path) -> None:
    witness = new_witness(tmp_path)
    settle(witness, HONEST, 12)
    with pytest.raises(WitnessAheadError, match="size 12 already"):
        ask(posting(witness))


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        # another root: an empty 409 (transparency-dev), a 422, the size again (before v1.0.0)
        ([Reply(409, "", b"")], WitnessForkError),
        ([Reply(409, TEXT_TYPE, b"")], WitnessForkError),
        ([Reply(422, TEXT_TYPE, b"no")], WitnessForkError),
        ([Reply(409, SIZE_TYPE, b"9\n")] * 2, WitnessForkError),
        ([Reply(409, SIZE_TYPE, b"0\n")], WitnessAnswerError),
        ([Reply(409, SIZE_TYPE, b"5\n")] * 2, WitnessAnswerError),
        ([Reply(409, SIZE_TYPE, b"10\n")], WitnessAheadError),
        ([Reply(409, SIZE_TYPE, b"99999999999999999999\n")], WitnessAheadError),
        *(
            ([Reply(409, SIZE_TYPE, body)], WitnessAnswerError)
            for body in (b"", b"\n", b"5", b"05\n", b"-5\n", b"5\n\n", b" 5\n", b"5 \n", b"1" * 21)
        ),
        ([Reply(429, "", b"", "30")], WitnessBusyError),
        ([Reply(403, "", b"")], WitnessDistrustError),
        ([Reply(404, "", b"")], WitnessStrangerError),
        ([Reply(400, "", b"")], WitnessRequestError),
        *(
            ([Reply(status, "", b"")], WitnessFailedError)
            for status in (100, 201, 204, 302, 401, 405, 411, 413, 500, 502, 503)
        ),
    ],
)
def test_each_refusal_of_a_witness_is_one_error(
    replies: list[Reply], error: type[LedgerError]
) -> None:
    with pytest.raises(error, match=r"'witness\.example/w1'"):
        ask(answering(*replies))


def test_a_busy_witness_says_when_to_come_back() -> None:
    with pytest.raises(WitnessBusyError, match="after '120'"):
        ask(answering(Reply(429, "", b"", "120")))


@pytest.mark.parametrize(
    ("body", "added"),
    [
        (ED_LINE + MLDSA_LINE, ED_LINE + MLDSA_LINE),
        (MLDSA_LINE + ED_LINE, MLDSA_LINE + ED_LINE),
        (ED_LINE, ED_LINE),
        (GREASE + MLDSA_LINE + GREASE, MLDSA_LINE),
    ],
)
def test_lines_of_known_keys_are_added_and_no_others(body: bytes, added: bytes) -> None:
    assert ask(answering(Reply(200, "whatever/type", body))) == SIGNED + added


OTHER_HEAD = ED25519.cosign(FORKED.head(9), NOW).encode()
TIMELESS = ED25519.cosign(HEAD, 0).encode()
MALFORMED = [
    *(b"", b"\n", b"<html>", b"9\n", ED_LINE[:-1], ED_LINE + b"\n", b"\n" + ED_LINE),
    *(ED_LINE + b"\n" + MLDSA_LINE, ED_LINE.replace(b"\n", b"\r\n"), ED_LINE * 65),
    *(b"\n" + FORKED.head(9).text() + b"\n" + OTHER_HEAD, b"x\n\n" + ED_LINE),
]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (GREASE, SignatureUnknownError),
        (OTHER_HEAD, SignatureInvalidError),
        (MLDSA_LINE + OTHER_HEAD, SignatureInvalidError),
        (TIMELESS, CosignatureTimestampError),
        (ED_LINE + ED_LINE, SignatureRepeatedError),
        *((body, WitnessAnswerError) for body in MALFORMED),
    ],
)
def test_a_200_that_does_not_hold_is_refused(body: bytes, error: type[LedgerError]) -> None:
    with pytest.raises(error):
        ask(answering(Reply(200, TEXT_TYPE, body)))


def test_lines_that_are_there_stay_and_none_comes_twice() -> None:
    older = ED25519.cosign(HEAD, NOW - 60).encode()
    other = Ed25519Cosigner("witness.example/w2", seed("witness 2")).cosign(HEAD, NOW).encode()
    data = SIGNED + other + older + GREASE
    assert ask(answering(Reply(200, "", ED_LINE + MLDSA_LINE)), data) == data + MLDSA_LINE
    assert ask(answering(Reply(200, "", ED_LINE)), data) == data


def test_a_witness_whose_keys_have_all_signed_is_not_asked() -> None:
    data = SIGNED + MLDSA_LINE + ED_LINE
    assert ask(answering(), data) == data
    assert ask(answering(), data, keys=KEYS[:1]) == data


def test_a_wrong_line_that_is_there_is_refused_before_asking() -> None:
    with pytest.raises(SignatureInvalidError):
        ask(answering(), SIGNED + OTHER_HEAD)


def test_a_checkpoint_without_room_is_refused() -> None:
    text = HEAD.text()
    lines = [Ed25519Signer(f"grease.example/{n}", seed("stranger")).sign(text) for n in range(63)]
    full = Note(text, (*read_checkpoint(SIGNED)[1].lines, *lines)).encode()
    with pytest.raises(NoteLinesError):
        ask(answering(Reply(200, TEXT_TYPE, ED_LINE)), full)


@pytest.mark.parametrize("old_size", [6, 9])
def test_a_proof_from_another_tree_is_seen_before_asking(old_size: int) -> None:
    """A damaged tile must not look like a fork that the witness has seen."""
    with pytest.raises(RootMismatchError):
        ask(answering(), hashes=FORKED.hashes, old_size=old_size)


def test_what_is_no_checkpoint_is_not_sent() -> None:
    with pytest.raises(MalformedError):
        ask(answering(), b"no checkpoint\n")
