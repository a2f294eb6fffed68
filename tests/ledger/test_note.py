"""Keys as text and signed notes: vectors of the specification and of Go, and every mangling."""

import base64
import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import note, vkey
from ledger.errors import LedgerError

SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi"
    "2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
PETER_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH_VKEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    b"If you think cryptography is the answer to your problem,\n"
    b"then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
).encode()
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWL"
    "ox33WWd1RvMc+QQ=\n"
).encode()
BYTES_MAX = 10_000


def read(data: bytes) -> note.Note:
    """Parse with the test's cap, and hold the promise that encoding gives the bytes again."""
    parsed = note.parse_note(data, bytes_max=BYTES_MAX)
    assert parsed.encode() == data
    return parsed


@pytest.mark.parametrize("text", [SPEC_VKEY, PETER_VKEY, ENOCH_VKEY])
def test_vkey_vectors(text: str) -> None:
    """Published verifier keys read, have the id they say, and write back."""
    key = vkey.parse_vkey(text)
    assert key.encode() == text
    assert key.key_id.hex() == text.split("+")[1]
    assert key.algorithm == vkey.ED25519


def test_spec_note_opens() -> None:
    """The example of signed-note verifies under its key."""
    key = vkey.parse_vkey(SPEC_VKEY)
    assert note.open_note(read(SPEC_NOTE), [key]) == (key,)


def test_go_note_is_reproduced() -> None:
    """The note of golang/mod comes out byte for byte from its private key."""
    signer = note.Ed25519Signer(*note.parse_skey(PETER_SKEY))
    assert signer.verifier_key.encode() == PETER_VKEY
    assert signer.sign_line_bytes(TEXT) == PETER_LINE
    assert note.Note(TEXT, (signer.sign(TEXT),)).encode() == TEXT + b"\n" + PETER_LINE
    assert note.encode_skey(*note.parse_skey(PETER_SKEY)) == PETER_SKEY


def test_open_takes_known_lines_only() -> None:
    """Known lines are verified in order, unknown lines are ignored, none known is refused."""
    peter, enoch = note.parse_vkey(PETER_VKEY), note.parse_vkey(ENOCH_VKEY)
    both = read(TEXT + b"\n" + PETER_LINE + ENOCH_LINE)
    assert note.open_note(both, [peter]) == (peter,)
    assert note.open_note(both, [enoch, peter, peter]) == (peter, enoch)
    with pytest.raises(note.SignatureUnknownError):
        note.open_note(both, [])
    with pytest.raises(note.SignatureUnknownError):
        note.open_note(both, [vkey.VerifierKey("EnochRoot", 1, peter.public)])


def test_one_failing_known_line_refuses_all() -> None:
    """A trusted key's bad line is not outvoted by another's good line."""
    peter, enoch = note.parse_vkey(PETER_VKEY), note.parse_vkey(ENOCH_VKEY)
    bad = read(TEXT + b"\n" + PETER_LINE + ENOCH_LINE.replace(b"QQ=", b"QU="))
    assert note.open_note(bad, [peter]) == (peter,)
    with pytest.raises(note.SignatureInvalidError):
        note.open_note(bad, [peter, enoch])


def test_repeated_known_line_is_refused() -> None:
    """Two lines of a trusted key are refused, two of an unknown key are not looked at."""
    peter, enoch = note.parse_vkey(PETER_VKEY), note.parse_vkey(ENOCH_VKEY)
    doubled = read(TEXT + b"\n" + PETER_LINE + PETER_LINE + ENOCH_LINE)
    assert note.open_note(doubled, [enoch]) == (enoch,)
    with pytest.raises(note.SignatureRepeatedError):
        note.open_note(doubled, [peter])


@pytest.mark.untraced
def test_ambiguous_keys_are_refused() -> None:
    """Two trusted keys that share name and id (a 32-bit hash) cannot be told apart."""
    seen: dict[bytes, vkey.VerifierKey] = {}
    number = 0
    while True:
        key = vkey.VerifierKey("n", 1, hashlib.sha256(b"%d" % number).digest())
        twin = seen.setdefault(key.key_id, key)
        if twin != key:
            break
        number += 1
    with pytest.raises(vkey.KeyAmbiguousError):
        note.open_note(read(TEXT + b"\n" + PETER_LINE), [key, twin])


def test_verify_wants_this_key_and_this_type() -> None:
    """A line of another name or id, or a key of a cosignature type, is refused."""
    peter = note.parse_vkey(PETER_VKEY)
    line = read(TEXT + b"\n" + PETER_LINE).lines[0]
    note.verify_ed25519(peter, line, TEXT)
    other = note.SignatureLine("PeterNeuman", line.key_id, line.signature)
    with pytest.raises(note.SignatureInvalidError):
        note.verify_ed25519(peter, other, TEXT)
    with pytest.raises(vkey.KeyAlgorithmError):
        note.verify_ed25519(vkey.VerifierKey("p", 4, peter.public), line, TEXT)


@pytest.mark.parametrize("text", [SPEC_VKEY, PETER_VKEY])
def test_every_mangled_vkey_is_refused(text: str) -> None:
    """Every proper substring and every single changed character of a vkey is refused."""
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            if end - start < len(text):
                with pytest.raises(LedgerError):
                    vkey.parse_vkey(text[start:end])
    for bad in changed(text.encode()):
        with pytest.raises(LedgerError):
            vkey.parse_vkey(bad.decode("latin-1"))


def changed(data: bytes) -> list[bytes]:
    """Give `data` with each byte one up, one down, and with each of its bits turned."""
    out = []
    for at, byte in enumerate(data):
        for other in {(byte + 1) % 256, (byte - 1) % 256} | {byte ^ 1 << bit for bit in range(8)}:
            out.append(data[:at] + bytes([other]) + data[at + 1 :])
    return out


def test_every_mangled_skey_is_refused() -> None:
    """Every proper substring and every changed character of a private key is refused, silently."""
    for start in range(len(PETER_SKEY)):
        for end in range(start, len(PETER_SKEY) + 1):
            if end - start < len(PETER_SKEY):
                with pytest.raises(LedgerError):
                    note.parse_skey(PETER_SKEY[start:end])
    for bad in changed(PETER_SKEY.encode()):
        with pytest.raises(LedgerError) as caught:
            note.parse_skey(bad.decode("latin-1"))
        assert "VFGyNhPJEMzD1QIDr" not in str(caught.value)


def test_every_changed_byte_of_a_note_is_refused() -> None:
    """No byte of a note with one trusted line can change: text, separator, line."""
    key = note.parse_vkey(PETER_VKEY)
    for bad in changed(TEXT + b"\n" + PETER_LINE):
        with pytest.raises(LedgerError):
            note.open_note(note.parse_note(bad, bytes_max=BYTES_MAX), [key])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", None),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", None),
        (PETER_VKEY.replace("c74f", "C74F"), vkey.VkeyMalformedError),
        ("a+00000000+", vkey.VkeyMalformedError),
        (PETER_VKEY + "A" * 2100, vkey.VkeyMalformedError),
        ("a+00000000+A===", vkey.Base64Error),
        ("a+00000000+é", vkey.Base64Error),
        ("a+00000000+AQ==", vkey.KeyLengthError),
        ("a+00000000+AgAA", vkey.KeyAlgorithmError),
        ("bananas.sigstore.dev+12344556", vkey.VkeyMalformedError),
        ("rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!", vkey.Base64Error),
        ("rekor.sigstore.dev+12345678+AwEB", vkey.KeyAlgorithmError),
        (PETER_VKEY.replace("c74f20a3", "c74f20a4"), vkey.KeyIdError),
        (PETER_VKEY.replace("Peter", "Peter\u00a0"), vkey.KeyNameError),
        (PETER_VKEY.replace("PeterNeumann", ""), vkey.KeyNameError),
        (PETER_VKEY.replace("Peter", "Peter\ud800"), vkey.KeyNameError),
        (PETER_VKEY.replace("Peter", "P" * 256), vkey.KeyNameError),
        (PETER_VKEY.replace("Peter", "Peter\x7f"), vkey.KeyNameError),
    ],
)
def test_bad_vkeys(text: str, error: type[LedgerError] | None) -> None:
    """Go's and formats' negative keys, and each rule of a name, are refused for that reason."""
    with pytest.raises(error or LedgerError):
        vkey.parse_vkey(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\x85b", "é" * 128])
def test_bad_names(name: str) -> None:
    """Names that signed-note forbids make no key."""
    with pytest.raises(vkey.KeyNameError):
        vkey.VerifierKey(name, 1, bytes(32))


def test_bad_skeys() -> None:
    """A private key of another type, length or id is refused, and so is a short seed."""
    start = "PRIVATE+KEY+"
    for bad in (
        "x" + PETER_SKEY,
        PETER_SKEY.replace("+AY", "+BY"),
        f"{start}a+00000000+{base64.b64encode(bytes([1] * 32)).decode()}",
        f"{start}a+00000000+!",
        PETER_SKEY + "A" * 2100,
    ):
        with pytest.raises(vkey.SkeyMalformedError):
            note.parse_skey(bad)
    with pytest.raises(vkey.KeyIdError):
        note.parse_skey(PETER_SKEY.replace("c74f20a3", "00000000"))
    with pytest.raises(vkey.KeyLengthError):
        note.Ed25519Signer("a", bytes(31))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (TEXT, note.NoteLineError),
        (TEXT + b"\n", note.NoteLineError),
        (PETER_LINE, note.NoteLineError),
        (b"\n" + PETER_LINE, note.NoteLineError),
        (TEXT + b"\n" + PETER_LINE[:-1], note.NoteTextError),
        (b"\x01" + TEXT + b"\n" + PETER_LINE, note.NoteTextError),
        (b"\xff" + TEXT + b"\n" + PETER_LINE, note.NoteTextError),
        (TEXT.replace(b"\n", b"\r\n") + b"\n" + PETER_LINE, note.NoteTextError),
        (TEXT + b"\n" + PETER_LINE.replace(b"Neumann", b" Neumann"), vkey.Base64Error),
        (TEXT + b"\n" + PETER_LINE + b"Unexpected line.\n", note.NoteLineError),
        (TEXT + b"\n" + PETER_LINE + "— a AAAAAA==\n".encode(), note.NoteLineError),
        (TEXT + b"\n" + PETER_LINE + "— a\n".encode(), note.NoteLineError),
        (TEXT + b"\n" + PETER_LINE + "—  AAAAAAA=\n".encode(), vkey.KeyNameError),
        (TEXT + b"\n" + PETER_LINE * 65, note.NoteLinesError),
        (b"x" * BYTES_MAX + TEXT + b"\n" + PETER_LINE, note.NoteTooLargeError),
    ],
)
def test_bad_notes(data: bytes, error: type[LedgerError]) -> None:
    """Each way of not being a note has its own refusal, in both languages."""
    with pytest.raises(error) as caught:
        note.parse_note(data, bytes_max=BYTES_MAX)
    assert caught.value.sentence("en") != caught.value.sentence("zh")


def test_text_splits_at_the_last_empty_line() -> None:
    """A text may hold empty lines, and 16 signature lines are always read."""
    data = b"a\n\n\nb\n\n\n" + PETER_LINE * 16
    parsed = note.parse_note(data, bytes_max=BYTES_MAX, lines_max=16)
    assert parsed.text == b"a\n\n\nb\n\n"
    assert len(parsed.lines) == 16
    assert read(b"\n\n" + PETER_LINE).text == b"\n"


def test_signer_refuses_what_no_note_carries() -> None:
    """A text without LF at the end is not signed."""
    with pytest.raises(note.NoteTextError):
        note.Ed25519Signer("a", bytes(32)).sign(b"abc")


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"))).filter(
    lambda name: 0 < len(name.encode()) < 256 and "+" not in name and not name.isspace()
)


@given(NAMES, st.binary(min_size=32, max_size=32), st.binary(max_size=60))
def test_round_trip(name: str, seed: bytes, content: bytes) -> None:
    """Any name, seed and text: sign, encode, parse, open, and the keys' texts."""
    text = base64.b64encode(content) + b"\n"
    signer = note.Ed25519Signer(name, seed)
    parsed = read(text + b"\n" + signer.sign_line_bytes(text))
    assert note.open_note(parsed, [signer.verifier_key]) == (signer.verifier_key,)
    assert note.parse_vkey(signer.verifier_key.encode()) == signer.verifier_key
    assert note.parse_skey(note.encode_skey(name, seed)) == (name, seed)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input makes the parsers fail in another way."""
    for parser in (read, lambda raw: vkey.parse_vkey(raw.decode("latin-1"))):
        with suppress(LedgerError):
            parser(data)
