"""The bytes of a request: one form only, within limits, and no changed byte gets past."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import read_checkpoint
from ledger.errors import LedgerError
from ledger.note import Ed25519Signer
from ledger.witness import REQUEST_BYTES_MAX, Decision, Last, decide, parse_request, refusal
from ledger.witness_request import HASHES_MAX, RequestMalformedError, RequestTooLargeError
from tests.ledger.make import seed
from tests.ledger.witnessing import HONEST, LOGS, request

STRANGER = Ed25519Signer("grease.example/unknown", seed("stranger"))
HASH_LINE = base64.b64encode(b"\x07" * 32) + b"\n"


def last(size: int) -> Last:
    """What the witness cosigned last: the honest tree of this size."""
    return size, HONEST.head(size).root


def answer(body: bytes, cosigned: Last | None) -> Decision:
    return decide(parse_request(body), LOGS, cosigned)


SIGNED = HONEST.signed(7)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"\n\n" + SIGNED,
        SIGNED,
        b"old 3\n" + SIGNED,
        b"old 3",
        b"old 3\n",
        b"old 3\n\n",
        b"old  3\n\n" + SIGNED,
        b"Old 3\n\n" + SIGNED,
        b"old 3 \n\n" + SIGNED,
        b"old 3\r\n\r\n" + SIGNED,
        b"old 03\n\n" + SIGNED,
        b"old +3\n\n" + SIGNED,
        b"old -3\n\n" + SIGNED,
        b"old \n\n" + SIGNED,
        b"old\n\n" + SIGNED,
        "old ٣\n\n".encode() + SIGNED,
        b"old 12345678901234567\n\n" + SIGNED,
        b"old 3\n\n\n" + SIGNED,
        b"old 3\n" + HASH_LINE + b"\n\n" + SIGNED,
        b"old 3\n" + HASH_LINE.replace(b"=", b"") + b"\n" + SIGNED,
        b"old 3\n" + HASH_LINE.replace(b"=", b"==") + b"\n" + SIGNED,
        b"old 3\n " + HASH_LINE + b"\n" + SIGNED,
        b"old 3\n" + base64.b64encode(b"\x07" * 31) + b"\n\n" + SIGNED,
        b"old 3\n" + base64.b64encode(b"\x07" * 33) + b"\n\n" + SIGNED,
        b"old 3\n" + HASH_LINE * (HASHES_MAX + 1) + b"\n" + SIGNED,
        b"old 3\n\n" + SIGNED[:-1],
        b"old 3\n\n" + SIGNED + b"\n",
        b"old 3\n\n" + SIGNED.replace(b"\n7\n", b"\n07\n"),
        b"old 3\n\n" + SIGNED.replace(b"=\n\n", b"=\nextension\n\n"),
        b"old 3\n\n" + SIGNED.replace(b"=\n\n", b"\n\n", 1),
    ],
)
def test_400_is_a_body_of_another_form(body: bytes) -> None:
    with pytest.raises(LedgerError) as caught:
        parse_request(body)
    assert refusal(caught.value).status == 400


def test_the_limits_are_met_exactly() -> None:
    full = b"old 3\n" + HASH_LINE * HASHES_MAX + b"\n" + SIGNED
    assert answer(full, last(3)).status == 422
    with pytest.raises(RequestMalformedError, match="Line 65 "):
        parse_request(full.replace(HASH_LINE, HASH_LINE * 2, 1))
    with pytest.raises(RequestTooLargeError):
        parse_request(full + b"\n" * (REQUEST_BYTES_MAX + 1 - len(full)))
    with pytest.raises(LedgerError) as caught:
        parse_request(full + b"\n" * (REQUEST_BYTES_MAX - len(full)))
    assert not isinstance(caught.value, RequestTooLargeError)


def test_an_old_size_beyond_every_tree_is_400() -> None:
    assert answer(request(9_999_999_999_999_999, (), SIGNED), None).status == 400


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("signed", "masks", "free"),
    [
        (HONEST.signed(9), [1 << bit for bit in range(8)], set()),
        # With its name or key id changed a line is a stranger's, and the other one still counts.
        (HONEST.signed(9, mldsa=True), [1], {"name", "id"}),
        (
            HONEST.signed(9) + STRANGER.sign(HONEST.head(9).text()).encode(),
            [1, 0x20],
            {"stranger"},
        ),
    ],
    ids=["one line", "two lines", "a line of a stranger"],
)
def test_no_flipped_byte_gets_another_tree_cosigned(
    signed: bytes, masks: list[int], free: set[str]
) -> None:
    body = request(6, HONEST.proof(6, 9), signed)
    seen = set()
    for at in range(len(body)):
        for mask in masks:
            decision = lenient(body[:at] + bytes([body[at] ^ mask]) + body[at + 1 :], last(6))
            seen.add(decision.status)
            if decision.status == 200:
                assert part_of_line(body, at) in free
                assert decision.checkpoint == HONEST.head(9)
                assert set(decision.lines) < {*read_checkpoint(signed)[1].lines}
    assert seen - {200} == {400, 403, 404, 409, 422}
    assert (200 in seen) == bool(free)


def lenient(body: bytes, cosigned: Last | None) -> Decision:
    """The answer to whatever comes."""
    try:
        return answer(body, cosigned)
    except LedgerError as error:
        return refusal(error)


def part_of_line(body: bytes, at: int) -> str:
    """Which part of a signature line this byte of a request is in."""
    start = body.rfind(b"\n\xe2\x80\x94 ", 0, at) + 1
    line = body[start : body.index(b"\n", at) + 1]
    if not line.startswith(b"\xe2\x80\x94 "):
        return "none"
    if STRANGER.verifier_key.name.encode() in line:
        return "stranger"
    name, _, _ = line[4:].partition(b" ")
    place = at - start - 4
    if 0 <= place < len(name):
        return "name"
    # Four bytes of key id are five and a third characters of base64.
    return "id" if len(name) < place <= len(name) + 6 else "signature"


@given(
    start=st.sampled_from([b"", b"old 3\n", b"old 0\n\n", b"old 3\n" + HASH_LINE]),
    middle=st.binary(max_size=80),
    end=st.sampled_from([b"", b"\n\n" + SIGNED, b"\n" + SIGNED]),
)
def test_whatever_comes_is_read_or_refused(start: bytes, middle: bytes, end: bytes) -> None:
    body = start + middle + end
    if lenient(body, None).status != 400:
        read = parse_request(body)
        assert request(read.old_size, read.proof, read.note.encode()) == body
