"""Trust policies: the file's grammar, and which checkpoints meet them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import note, policy, policy_errors, quorum
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import CosignatureTimestampError, Ed25519Cosigner, MldsaCosigner
from ledger.errors import LedgerError
from ledger.policy import (
    Group,
    Log,
    Policy,
    Witness,
    parse_policy,
)
from ledger.vkey import ED25519, ED25519_COSIGNATURE, VerifierKey

ORIGIN = "example.com/book/1"
HEAD = Checkpoint(ORIGIN, 3, b"\x09" * 32)
LOG = note.Ed25519Signer(ORIGIN, b"\x01" * 32)
MLDSA = MldsaCosigner(f"{ORIGIN}/mldsa", b"\x02" * 32)
COSIGNERS: dict[str, Ed25519Cosigner | MldsaCosigner] = {
    name: Ed25519Cosigner(f"{name}.example/w", name.encode() * 16)
    for name in ("X1", "X2", "Y1", "Y2", "Y3")
}
COSIGNERS["X3"] = MldsaCosigner("X3.example/w", b"\x03" * 32)
LOG_VKEY = LOG.verifier_key.encode()
VKEYS = {name: one.verifier_key.encode() for name, one in COSIGNERS.items()}
NAMES = sorted(COSIGNERS)

# The shape of the example in tlog-policy, with keys.
EXAMPLE = f"""log {LOG_VKEY}

witness X1 {VKEYS["X1"]}
witness X2 {VKEYS["X2"]} https://x2.example/
witness X3 {VKEYS["X3"]}
group X-witnesses 2 X1 X2 X3

witness Y1 {VKEYS["Y1"]}
witness Y2 {VKEYS["Y2"]}
witness Y3 {VKEYS["Y3"]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
""".encode()


def signed(names: list[str], timestamp: int = 1_700_000_000) -> bytes:
    """Return the checkpoint with the log's two lines and these witnesses."""
    return sign_checkpoint(HEAD, [LOG], [MLDSA, *(COSIGNERS[name] for name in names)], timestamp)


def key(number: int, algorithm: int) -> str:
    """Return the vkey of some 32-byte key."""
    return VerifierKey(f"k{number}", algorithm, number.to_bytes(32, "big")).encode()


def test_example_is_read() -> None:
    """The example has the parts it shows, and writes back to a file that reads the same."""
    read = parse_policy(EXAMPLE)
    assert read.logs == (Log(LOG.verifier_key),)
    assert [one.name for one in read.witnesses] == [b"X1", b"X2", b"X3", b"Y1", b"Y2", b"Y3"]
    assert read.witnesses[1] == Witness(b"X2", COSIGNERS["X2"].verifier_key, b"https://x2.example/")
    assert read.groups == (
        Group(b"X-witnesses", 2, (b"X1", b"X2", b"X3")),
        Group(b"Y-witnesses", 1, (b"Y1", b"Y2", b"Y3")),
        Group(b"X-and-Y", 2, (b"X-witnesses", b"Y-witnesses")),
    )
    assert read.quorum == b"X-and-Y"
    assert parse_policy(read.encode()) == read


def test_quorum_over_every_set_of_witnesses() -> None:
    """Of all 64 sets of witnesses exactly those with two X and one Y meet the example."""
    read = parse_policy(EXAMPLE)
    for bits in range(64):
        names = [name for at, name in enumerate(NAMES) if bits >> at & 1]
        count = {side: sum(name[0] == side for name in names) for side in "XY"}
        if count["X"] >= 2 and count["Y"] >= 1:
            opened = read.open(signed(names))
            assert opened.checkpoint == HEAD
            assert len(opened.keys) == 1 + len(names)
        else:
            with pytest.raises(quorum.PolicyQuorumError):
                read.open(signed(names))


def test_quorum_of_one_and_of_none() -> None:
    """A quorum can be one witness, or none at all."""
    one = parse_policy(f"log {LOG_VKEY}\nwitness X1 {VKEYS['X1']}\nquorum X1\n".encode())
    assert one.open(signed(["X1"])).checkpoint == HEAD
    with pytest.raises(quorum.PolicyQuorumError):
        one.open(signed([]))
    none = parse_policy(f"log {LOG_VKEY}\nquorum none\n".encode())
    assert none.open(signed([])).keys == {LOG.verifier_key}


def test_the_log_must_sign_under_its_name() -> None:
    """A listed key of another name is no log of this origin, and witnesses alone are none."""
    mldsa_only = f"log {MLDSA.verifier_key.encode()}\nquorum none\n"
    witness_only = f"witness X1 {VKEYS['X1']}\nquorum X1\n"
    for text in (mldsa_only, witness_only):
        with pytest.raises(quorum.PolicyLogError):
            parse_policy(text.encode()).open(signed(["X1"]))
    either = f"log {key(1, ED25519)}\nlog {LOG_VKEY}\nlog {MLDSA.verifier_key.encode()} url\n"
    opened = parse_policy(f"{either}quorum none\n".encode()).open(signed([]))
    assert opened.keys == {LOG.verifier_key, MLDSA.verifier_key}
    with pytest.raises(note.SignatureUnknownError):
        parse_policy(f"log {key(1, ED25519)}\nquorum none\n".encode()).open(signed([]))


def test_a_log_may_name_its_mldsa_key_like_itself() -> None:
    """A type 0x06 key with the log's own name is enough."""
    same = MldsaCosigner(ORIGIN, b"\x07" * 32)
    data = sign_checkpoint(HEAD, [LOG], [same], 5)
    read = parse_policy(f"log {same.verifier_key.encode()}\nquorum none\n".encode())
    assert read.open(data).verified[0].timestamp_seconds == 5


def test_witnesses_must_give_a_time() -> None:
    """A witness that says 0 spoils the checkpoint."""
    with pytest.raises(CosignatureTimestampError):
        parse_policy(EXAMPLE).open(signed(["X1", "X2", "Y1"], 0))


def test_octets() -> None:
    """Blanks, tabs, comments and names in any octets are taken as they are."""
    name = b"\xe2\x84\xaa\xff"
    text = b" \t# K\xff\n\n\t log\t %b \t\nwitness %b %b u\xff\n quorum \t%b\n#" % (
        LOG_VKEY.encode(),
        name,
        VKEYS["X1"].encode(),
        name,
    )
    read = parse_policy(text + b"\n")
    assert read.quorum == name
    assert read.witnesses[0].url == b"u\xff"
    assert parse_policy(read.encode()) == read
    for octet in [*range(9), *range(11, 32), 127]:
        with pytest.raises(policy_errors.PolicyOctetError):
            parse_policy(b"# %c\nquorum none\n" % octet)
    with pytest.raises(policy_errors.PolicyNameError):
        parse_policy(text.replace(b"quorum \t" + name, b"quorum K") + b"\n")


W1, W2 = (f"witness {name} {VKEYS[name]}\n" for name in ("X1", "X2"))
RENAMED = VerifierKey("other", ED25519_COSIGNATURE, COSIGNERS["X1"].verifier_key.public).encode()
LOG_RENAMED = VerifierKey("other", ED25519, LOG.verifier_key.public).encode()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", policy_errors.PolicyFileError),
        ("quorum none", policy_errors.PolicyFileError),
        ("# only a comment\n", policy_errors.PolicyNoQuorumError),
        (f"log {LOG_VKEY}\n", policy_errors.PolicyNoQuorumError),
        ("quorum none\nquorum none\n", policy_errors.PolicyLineError),
        ("quorum\n", policy_errors.PolicyLineError),
        ("quorum none none\n", policy_errors.PolicyLineError),
        ("Quorum none\n", policy_errors.PolicyLineError),
        ("log\nquorum none\n", policy_errors.PolicyLineError),
        (f"log {LOG_VKEY} url more\nquorum none\n", policy_errors.PolicyLineError),
        (f"witness {VKEYS['X1']}\nquorum none\n", policy_errors.PolicyLineError),
        (f"{W1[:-1]} url more\nquorum none\n", policy_errors.PolicyLineError),
        (f"{W1}group g any\nquorum g\n", policy_errors.PolicyLineError),
        ("log x\nquorum none\n", policy_errors.PolicyKeyError),
        ("log \xff\nquorum none\n", policy_errors.PolicyKeyError),
        (f"log {VKEYS['X1']}\nquorum none\n", policy_errors.PolicyKeyError),
        (f"witness X1 {LOG_VKEY}\nquorum none\n", policy_errors.PolicyKeyError),
        (f"log {LOG_VKEY}\nlog {LOG_VKEY}\nquorum none\n", policy_errors.PolicyDuplicateError),
        (f"log {LOG_VKEY}\nlog {LOG_RENAMED}\nquorum none\n", policy_errors.PolicyDuplicateError),
        (f"{W1}witness w {RENAMED}\nquorum none\n", policy_errors.PolicyDuplicateError),
        (f"{W1}witness X1 {VKEYS['X2']}\nquorum none\n", policy_errors.PolicyDuplicateError),
        (f"witness none {VKEYS['X1']}\nquorum none\n", policy_errors.PolicyDuplicateError),
        (f"{W1}group X1 any X1\nquorum X1\n", policy_errors.PolicyDuplicateError),
        (f"{W1}group none any X1\nquorum none\n", policy_errors.PolicyDuplicateError),
        (f"quorum X1\n{W1}", policy_errors.PolicyNameError),
        (f"group g any X1\n{W1}quorum g\n", policy_errors.PolicyNameError),
        (f"{W1}group g any g\nquorum g\n", policy_errors.PolicyNameError),
        (f"{W1}group g any none\nquorum g\n", policy_errors.PolicyNameError),
        (f"{W1}group g any X1 X1\nquorum g\n", policy_errors.PolicyNameError),
        (f"{W1}group g any X1\ngroup h any X1\nquorum h\n", policy_errors.PolicyNameError),
        (f"{W1}{W2}group g 3 X1 X2\nquorum g\n", policy_errors.PolicyThresholdError),
        (f"{W1}{W2}group g 0 X1 X2\nquorum g\n", policy_errors.PolicyThresholdError),
        (f"{W1}{W2}group g 01 X1 X2\nquorum g\n", policy_errors.PolicyThresholdError),
        (f"{W1}{W2}group g +1 X1 X2\nquorum g\n", policy_errors.PolicyThresholdError),
        (f"{W1}{W2}group g most X1 X2\nquorum g\n", policy_errors.PolicyThresholdError),
        ("#" * policy.POLICY_BYTES_MAX + "\n", policy_errors.PolicyFileError),
    ],
)
def test_bad_policies(text: str, error: type[LedgerError]) -> None:
    """Each broken rule has its own refusal, in both languages."""
    with pytest.raises(error) as caught:
        parse_policy(text.encode("latin-1"))
    assert caught.value.sentence("en") != caught.value.sentence("zh")


def test_limits() -> None:
    """64 logs, witnesses and groups are read; one more of any is refused."""
    logs = [f"log {key(number, ED25519)}\n" for number in range(65)]
    names = range(65)
    witnesses = [f"witness w{at} {key(at, ED25519_COSIGNATURE)}\n" for at in names]
    groups = ["group g0 any w0\n", *(f"group g{at} any g{at - 1}\n" for at in names[1:])]
    head = "".join(logs[:64] + witnesses[:64] + groups[:64])
    read = parse_policy(f"{head}quorum g63\n".encode())
    assert (len(read.logs), len(read.witnesses), len(read.groups)) == (64, 64, 64)
    for more in (logs[64], witnesses[64], groups[64]):
        with pytest.raises(policy_errors.PolicyLimitError):
            parse_policy(f"{head}{more}quorum g63\n".encode())


def test_every_changed_octet_is_refused_or_says_so() -> None:
    """A changed key never passes for the old one; only blanks, names and comments can differ."""
    text = f"log {LOG_VKEY}\nwitness X1 {VKEYS['X1']}\nquorum X1\n".encode()
    good = parse_policy(text)
    for at in range(len(text)):
        for turn in (0x01, 0x20, 0x80):
            bad = text[:at] + bytes([text[at] ^ turn]) + text[at + 1 :]
            with suppress(LedgerError):
                read = parse_policy(bad)
                assert read.witnesses[0].key == good.witnesses[0].key
                assert read.logs == good.logs


@given(st.binary(max_size=200) | st.text("logwitnesgrupquormX1 \tany\n#", max_size=200))
def test_any_file_is_read_or_refused(data: bytes | str) -> None:
    """No input fails in another way, and what is read writes back to the same policy."""
    raw = data if isinstance(data, bytes) else data.encode()
    for text in (raw, raw + b"\nquorum none\n"):
        with suppress(LedgerError):
            read = parse_policy(text)
            assert parse_policy(read.encode()) == read == Policy((), (), (), b"none")
