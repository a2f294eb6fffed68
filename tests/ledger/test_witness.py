"""What a witness answers: each status with the requests that cause it, and no other way to 200."""

import base64

import pytest

from ledger.cosignature import Ed25519Cosigner
from ledger.merkle import EMPTY_ROOT
from ledger.note import Ed25519Signer, Note
from ledger.witness import (
    SIZE_TYPE,
    TEXT_TYPE,
    Decision,
    Last,
    WrongEmptyHead,
    decide,
    parse_request,
)
from tests.ledger.make import seed
from tests.ledger.witnessing import (
    FORKED,
    HONEST,
    LOG_MLDSA,
    LOGS,
    NOW,
    ORIGIN,
    SHARED,
    log_signer,
    request,
)

STRANGER = Ed25519Signer("grease.example/unknown", seed("stranger"))
HASH_LINE = base64.b64encode(b"\x07" * 32) + b"\n"
# The example of tlog-witness, as far as it can be read without the key.
EXAMPLE_LINES = (
    "old 20852014",
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=",
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=",
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=",
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=",
    "",
    "example.com/behind-the-sofa",
    "20852163",
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
    "",
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurm"
    "RDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=",
    "— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZ"
    "dXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=",
)
EXAMPLE = "".join(f"{line}\n" for line in EXAMPLE_LINES).encode()


def last(size: int) -> Last:
    """What the witness cosigned last: the honest tree of this size."""
    return size, HONEST.head(size).root


def answer(body: bytes, cosigned: Last | None) -> Decision:
    return decide(parse_request(body), LOGS, cosigned)


def with_lines(size: int, *signers: Ed25519Signer) -> bytes:
    """A checkpoint of the honest tree under other lines than the log's."""
    text = HONEST.head(size).text()
    return Note(text, tuple(signer.sign(text) for signer in signers)).encode()


def test_the_example_of_the_specification_is_read() -> None:
    read = parse_request(EXAMPLE)
    assert (read.old_size, read.head.size) == (20_852_014, 20_852_163)
    assert len(read.proof) == 4
    assert request(read.old_size, read.proof, read.note.encode()) == EXAMPLE
    assert decide(read, LOGS, None).status == 404


@pytest.mark.parametrize(
    ("old_size", "size", "cosigned"),
    [
        (0, 0, None),
        (0, 7, None),
        (0, 0, (0, EMPTY_ROOT)),
        (0, 7, (0, EMPTY_ROOT)),
        (7, 7, last(7)),
        *((old, size, last(old)) for old in range(1, 13) for size in range(old + 1, 14)),
    ],
)
def test_the_same_tree_or_one_that_has_grown_is_cosigned(
    old_size: int, size: int, cosigned: Last | None
) -> None:
    decision = answer(HONEST.request(old_size, size), cosigned)
    assert (decision.status, decision.checkpoint) == (200, HONEST.head(size))
    assert len(decision.lines) == 1


def test_only_trusted_lines_are_taken_over() -> None:
    text = HONEST.head(3).text()
    lines = (STRANGER.sign(text), log_signer().sign(text), LOG_MLDSA.cosign(HONEST.head(3), NOW))
    decision = answer(request(0, (), Note(text, lines).encode()), None)
    assert decision.lines == lines[1:]


def test_404_is_a_log_that_is_not_followed() -> None:
    decision = answer(HONEST.request(0, 3, "other.example/1"), None)
    assert decision == Decision(
        404,
        TEXT_TYPE,
        b"witness_log_unknown: This witness does not follow the log 'other.example/1'.\n",
    )


@pytest.mark.parametrize(
    "signed",
    [
        with_lines(3, STRANGER),
        with_lines(3, Ed25519Signer(ORIGIN, seed("another key"))),
        with_lines(3, log_signer(), log_signer()),
        HONEST.signed(4).replace(HONEST.head(4).text(), HONEST.head(3).text()),
        # One trusted line that is right does not help beside a trusted one that fails.
        Note(
            HONEST.head(3).text(),
            (log_signer().sign(HONEST.head(3).text()), LOG_MLDSA.cosign(HONEST.head(4), NOW)),
        ).encode(),
    ],
)
@pytest.mark.parametrize("old_size", [0, 9])
def test_403_is_no_trusted_signature_or_one_that_fails(signed: bytes, old_size: int) -> None:
    assert answer(request(old_size, (), signed), last(3)).status == 403


@pytest.mark.parametrize("cosigned", [None, last(5), last(7), last(9)])
def test_400_is_an_old_size_above_the_new_one(cosigned: Last | None) -> None:
    decision = answer(HONEST.request(7, 5), cosigned)
    assert decision.status == 400
    assert decision.body.startswith(b"witness_old_size: ")


@pytest.mark.parametrize(
    ("old_size", "size", "cosigned"),
    [
        (1, 7, None),
        (0, 7, last(7)),
        (0, 0, last(7)),
        (3, 5, last(7)),
        (5, 9, last(7)),
        (8, 9, last(7)),
        (9, 9, last(7)),
    ],
)
def test_409_names_the_last_cosigned_size(old_size: int, size: int, cosigned: Last | None) -> None:
    decision = answer(HONEST.request(old_size, size), cosigned)
    body = b"%d\n" % (cosigned[0] if cosigned else 0)
    assert decision == Decision(409, SIZE_TYPE, body)


@pytest.mark.parametrize(
    ("body", "cosigned"),
    [
        # the tree forked behind the last size, before it, and at the same size
        (FORKED.request(9, 12), last(9)),
        (request(9, HONEST.proof(9, 12), FORKED.signed(12)), last(9)),
        (request(9, FORKED.proof(9, 12), HONEST.signed(12)), last(9)),
        (FORKED.request(9, 9), last(9)),
        # too few, too many and other hashes
        (request(3, (), HONEST.signed(9)), last(3)),
        (request(3, HONEST.proof(3, 9)[:-1], HONEST.signed(9)), last(3)),
        (request(3, [*HONEST.proof(3, 9), b"\0" * 32], HONEST.signed(9)), last(3)),
        (request(3, HONEST.proof(3, 9)[::-1], HONEST.signed(9)), last(3)),
        (request(3, HONEST.proof(2, 9), HONEST.signed(9)), last(3)),
        # a proof where there is nothing to prove
        (request(0, [b"\0" * 32], HONEST.signed(9)), None),
        (request(0, [b"\0" * 32], HONEST.signed(9)), (0, EMPTY_ROOT)),
        (request(9, [b"\0" * 32], HONEST.signed(9)), last(9)),
    ],
)
def test_422_is_a_proof_that_does_not_hold(body: bytes, cosigned: Last | None) -> None:
    decision = answer(body, cosigned)
    assert (decision.status, decision.content_type) == (422, TEXT_TYPE)
    assert (decision.checkpoint, decision.lines) == (None, ())


def test_a_fork_within_the_shared_leaves_is_none() -> None:
    """What both trees share may come from either; the first leaf apart is refused."""
    assert answer(FORKED.request(2, SHARED), last(2)).status == 200
    assert answer(FORKED.request(SHARED, SHARED + 1), last(SHARED)).status == 200
    assert answer(FORKED.request(SHARED + 1, SHARED + 2), last(SHARED + 1)).status == 422


def test_422_is_an_empty_tree_with_another_root() -> None:
    """The signature comes first: only the log itself can cause a 422."""
    text = f"{ORIGIN}\n0\n{HASH_LINE.decode()}".encode()
    head = WrongEmptyHead(ORIGIN, 0, b"\x07" * 32, text)
    timed = Ed25519Cosigner(f"{ORIGIN}/timed", seed("timed"))
    keys = {ORIGIN: [*LOGS[ORIGIN], timed.verifier_key]}
    signatures = (log_signer().sign(text), LOG_MLDSA.cosign(head, NOW), timed.cosign(head, NOW))
    for lines in (*((one,) for one in signatures), signatures):
        read = parse_request(request(0, (), Note(text, lines).encode()))
        assert read.head == head
        for cosigned in (None, last(7)):
            decision = decide(read, keys, cosigned)
            assert decision.status == 422
            assert decision.body.startswith(b"checkpoint_empty_root: ")
    read = parse_request(request(0, (), Note(text, (STRANGER.sign(text),)).encode()))
    assert decide(read, LOGS, None).status == 403
    assert decide(read, {}, None).status == 404
