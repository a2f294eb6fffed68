"""Cosignatures: vectors of torchwood and formats, both types, and what is refused."""

import base64
import sys
from collections.abc import Sequence

import pytest
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mldsa
from hypothesis import given
from hypothesis import strategies as st

from ledger import cosignature, vkey
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Ed25519Cosigner, MldsaCosigner, verify_cosignature
from ledger.errors import LedgerError
from ledger.note import SignatureInvalidError, SignatureLine, parse_note

# transparency-dev/formats, note/note_cosigv1_test.go: made by filippo.io/torchwood over the
# subtree [8, 13) of example.com/log with time 0.
TORCHWOOD_VKEY = (
    "witness.example/w1+7118e8f9+"
    "BhQzSuGTb/4Lcu4MREKut7NjCc8jQ0fjuNpEmJwKF9HV5lt3yF7H5jy+LcLOxjh/n4Gud7NOdRP3KpCH055x6Ntr4n6p"
    "ZlJ+kmvZTJMgs5ygaJVf6q9zdhykYIPQz4fp6qm0fDXlVBqLVti/3zS0OiY5Kqbi0m55WZ9pnUnsiZT6cckK9FoWfXb1"
    "UHTsTgz+Uk+kQr4JHdJ/c5t9V6C0WE8JZMiVT0ljBbfP6VACzuEJmc+zbF8Cbd8Mc31PkTR3YWFok3m4YagXfDlzegsE"
    "9jg0qWyTWDDkg+rcrcyCMpPam8LsWxQZXZ2O3w9aDbwKB70URNreL/B6jNl95TXJjtEwmspLPxZwwPI8dE7lJbe9N2X0"
    "jQQbpcRvm46iLbZO+LdjblTMHfKgbCqgWej/n3QexrovbetYvrNR2qa7BMJk06PDDy9G8EvtNO6xhVp0DG8z4VkIx+Og"
    "9eqk3USAg4bKmN1ifuEeMcnlxvvPwnXjMp6kmmhDEsu1Qu4SgEFOG2PcUKdoaXlIDNADmJQHqeiA+JYhjvyTHDM609qp"
    "EkHsRYLbxGidKZtaZptOLEL7sLxIzVQMv07xLw2q9qRFxx3yM8JbhJGg5rP28Xhl+3KcGNXy6Ydxuv3MXYCohjwSqAjO"
    "doxs/FzV10HokFOY60vDQLtMUhby7Ob5VviG6+K5tu6hZogYfme3bzZDLO7VMyHMLKKTjfwJS9p1cagSsbqg5MJucfCf"
    "XJAw2vWb8n6eUA6qroBLgY9wjkBg06JAoBv85B7caOBjTitplbXk3pfQAzEE9yKEfSDjEfeVOSrBHK3zJQzw0q8RHSqY"
    "s+J7AnFgHxZ5IP5TUWkI/jgg3mdxpbaJ/YJ56uNCgFopQZihOCRVc/RFT53Zb1DXIRgqoP9VTIV3l03VPB2NrH49bEAz"
    "sCbNiL4NwLchYxoBZkG4Qp/GpTrjCDoDGtR36JipKbmMforXsz5Oh9Yul8s9p1apJXeSCuGsu5OgRBMXjvUoY9p/GFXH"
    "EPd6SPEAtDJfBwC5aWDgl4YC5cxKVzs/+xOvzyXmUg7pxtcJ4vIlWmBrmLb4PGVmPurJwx6BcOp7JRcyHCpycAfGMQ7x"
    "sBwafuiVCBQHGJhuDKETJa3MAa4H1uTB7GCiKuT8OohZ2LE/395+sftoy/yrX0H6HdCp+QEQ9ZOx0hbVLBOoAY6qVL1b"
    "gEBy/YrHgkCxh2lEWdw+9zb6yLWZI6ONX4mBcj3a5dDYfkvm5gAU4MXGAEWnSNeN9+MkylMQjUM5G2Cn7CTrA7IZ23EZ"
    "0bGrRMC7PERKbSj2pITgWqxJWH5l2IyK16cviUaXwGaZg8T8t2p77HtccGUodm6rWS0zBhzEyFajBzSi36b9aa3uDeFj"
    "soEonNUevKg/67jcq5Ua0NWqJ80c5q7glj4wWOMJiDHAFh56UzTPGh1zvndQI4ZxuGHRRgOrTiJ4w3llb9EbsEcTlvFO"
    "ZzjXrZYfMKTdapHV+5Ykok0+avKNnaOPq9pvtvNDx524IGtQCH9i4RjfefsPsxnloXtqYvoV6O8dCiQHn4jBOECYdqA2"
    "ZjYVQ/oPNBt5n5TfNJgLBFokcAKVyrTkWrDXi1OHmw6vEtQJLSv3oqchEYIGXWaEi5/OCtruWfALpEl0rifAMgVhhJp2"
    "gL+GZU5c3EGOEwOoQQMKDRdYayEWovpu1KIeOMXaJcDle6hCZEseFxXFDg40MeCdXFyv+Ib55h5uJJDxXdiRzQxdKX+d"
    "eoY="
)
TORCHWOOD_LINE = base64.b64decode(
    "cRjo+QAAAAAAAAAA8gV4+ck4966yvL0QsyT+IEjKhqH98AWxUE3d3MHuDuK2L25nfF1KQfE31+q1YTFb0dCmtByhAlPi"
    "kQdbbqoJXgV330W+j9DUSaRmN2XezVFtP8UWkpMgO5eTpqlvRYjmAHfnYnye8w1JY+lVHADlq1VXTdsDQ69RA+pPW9bE"
    "JYAJ4jxl89EUjXex2DwRA8fgdYYKLIin51BX4RVbAhszM2Vz47bvK+eSzwEQwxwvDBSDFKSZL6/Al0Z/0bLdAlBImuI7"
    "+uNfcJNr2Zk4fKMtUqppN9hWAnKDMdn3+alm62ILDOfq8IwHEpmCuVAcTKJ8aqymK0X8qewoJ84XXEPttqfZ0B2Ig9bh"
    "P2sc2la7MFhb1pyXoK9KoWWL9KQmBBleAKmEHt/f5HUrlAReuo5sh8jOunr+QddFL85BCy6tAqCDjexQRwgywKRKVU4N"
    "he00tAeW6nQICcFwg1cPtr0VkBfMDkk/E01Own93iiCtVTMcYTG6ocPse+lZ8cDQaKVzr/9UJiZt2PYS1ss0RoorLMYo"
    "3krLoc+yF3AyiKgIEnjUboed+G3HMDeAJqznRurFNT5sH9jNFWcmrOUIIvxFsKtt9wlsSscb7Mr8VMCJssL+KY+2JxDR"
    "HfELP8dFgphsj0sGGCI/gKiD7XaszouH2T6jSoF+BnMuGzwmbZCj94aZtOsx0h5Y6E9A0IdBdnHc3eBtJqGxXDHPBwJE"
    "HxFKlrytSKIPQTvD86VVxHeQJ1Gar5EjvG0LOJCRk2Yu+t/QT8WkGzEne/LlvhnJ6qEiwmXL+AIeFcFXv8xTLP/fRwAs"
    "RsYzeje6jkk0BuDWPpKi9yDzh74Ha6ZbDhvFumv8gfMQP/s/LJRebD8T3v7KCht7O5V8TBYSTwun45UJZBSW0J8a93LB"
    "bvOYdqmh6Ogin3zrXUty18UnPN5wV/ZfV05ayzOUpmduOj8yx/AK/bNHjVRZKm8P0kJi5Ddb5yEuBkwMiAGvRejc0x02"
    "WxfFbxCZiEdlixUnKX8NcKVLCbXIcSx/Re9UyvV0yY6ns0XuXW0yWiEo6BIygYxtqnR7J0+rIycBodnj37iBY59rHgP+"
    "mBwR9kgjrlhqoqLLwJ8DdgtieIO26b5QESAf/zqbV8ZFhDv4S5xNH+lgtwgkcW3C5StByVzfEWUNGIbCsX+P8FlIkEMS"
    "cXQqo6z8U/XBw9GNIHaWeZyR/JuxZukCV5zLbLFRZ2elNA8XkA2AJhEUmapmEwflt8OxqBwtxsCkuuxkcq7anRE4FbCl"
    "xI5sqVe3n7YCkjuZlkIs3I6UqEfEO3zSCu1mOX38Zmo2oFXTx1EFqxF5zuXmO3hQG5HZqlLLJhcrVKRQ2jDvXBHzKr3r"
    "6w5FuNHJZo0SenvocDwr8SjDw74hoNker9hCTtEJlEVAtmtqiXcrN11KTRhd4JmWefj4KJiLh6uNKqvVTfVaYcCVpIba"
    "WxaQshJqZ89yQymXLPk5gdJiFisOACry41fr+GMSPxhumO6jf+9frNpR33xAD2qebJcPK2xQJ0VgEbNJxEok13lEr0/x"
    "D+t71wcCkLnwCTWYv+J3viR/vAGmTQslFuZPMPisJzXv5j66ORBcJH0Ir/QK67F2AaDwKYA7Ty2Fxz72gD8FVfFkZcM+"
    "mQBYq9lv/nrgQNkVYnaFCpcI6zYVKS4NU7vyII1v+LAjKC9dhHTAp5bsqVoC2xtemlEp5eX62VX/akzN21HDp+lQTddN"
    "ZoOd4RArWvqGVxwnMJkDA2pQnpjRCM5X+fYfy2KfBm16fTaeOYV47OkC8aXaI5+ye/rOtlLuERMbI09WgVga6EB85lhQ"
    "QfWCDsEutM8yuIZwUcGFpWDIXjwTpOUyAlZMUFfM6BeqDrcqR833b+s6y3UktkMZqPTJxeTK040+iuAWp0ltDXdDfIjh"
    "sJBkkSiz5aPOvJI1ItdvLR9zcCNLMy0JtsiE23MJ8CFahYnF7Zqr3nKxzYka+0XJUjl6afW6d09pdAuQYgXsz9H/Y4lY"
    "I5O/zY6zhNN5lTF5ajMUdGpC8DQIBmhBz3M4B1fj1ZZRTGypG3Mp5y0QRlKFDIQfvifNSGS+9oqewfSkEXhACc8E9/Tc"
    "VM246Y+DAVSsEgDRfvxB7ukL6tWAF49DRCKX9wgLAUVAuj2XQfn1MJpHcStjbhSLIWr/yvqZ8vEtNC89IlitFPH04+QH"
    "PiperKhOncxWD3CgaoFbtNDaJqUa9g8Dl8Sq3LoVDFeNrFaoTvEBAjANn3avoSTdzhBx+5h0GfGp+tfJf3XjA4MVINiX"
    "Z4my/v2EFg3RNWwmyFv74aVNEWVzHHmD1rYjPfAvFVlCL5PjSOK85rpF1ZjU4T87MbChEYOhiVBI7tT6ybfhLIYi3dNU"
    "iGCVjD1AGcxpDYBrUwZ5w5pqK6m3S19k0i4aXu+elVS2u47TU8zfOdSrM1JqQvQ9MHBsA3tK2PswHTSyqL2qLYfy+WLe"
    "zs8HETlGbDGSD8J2L3vlfwgQoUkgMRHhNmw67q666ZyE2rd/Sbwouhadv97C9dU1opu4sh7/NE0x7LJPo5HmsYEwjhxD"
    "phNHjpoq0r3qnQhwPutpLYb3WCWxgC6HdekjE5eLAaff/8Ri/UaNZzdlVROBsJ7wT40liyez5/mXrqfIguuBtPRUNSAn"
    "raJ0NUKmRmR0HbwlUg6pWXVYRSbGgNNVdM7H+Oy8numjVticQtFa8EJzIqcU+6zidJrozIB4bC+I/KcrvIUuOn8lPAMe"
    "sfUCVV70wa9oIvevkQ6r5Vup6HsIqjIzrSJoBTOHdj6TTG8vurH5ok9gm5ziaQ0m1QcrwKOE5CjdXqQIvnY8zckZ2hdX"
    "8/aL3/1ieb/3QNN5o6/aQSOAaE2No7xH8U8b7zOH3QDl0/L6E9olNxz7X5uOSQ6RM69RqOUanMRAf6ZSSw1th9nHHIqD"
    "mFKjf8mfR2hMuYgbDdhxSVFL1/7rEjA6FY3RVLCZAGG7uwFjuK5DV6zIdxAZutRKOk66p5FyWR7LeCrPlew+TacBtByD"
    "NYuEuPilRz8cIN22uAcJ1FSjN+87+1N3tUGGiEX2EX0fo39w18eeEpKINiOB+07dNE9TwUkXwSR1TP8P1goLw7mUNhgW"
    "IeICBxgnLzE9c3Z+gIWGpsXR1toFDyMmJz9KgoaXtbnT2u4SExUXICMkOWFxcnuGl6Sns8L3AwYPFB0kKTxESGRqe3+L"
    "kpOsw9/i6/j6/wAAABIhNE0="
)
TORCHWOOD_ROOT = base64.b64decode("E7ERCtFloiK1fdb+B6/dLG0pM1nmIR0ETKBSauCjtVw=")
REMORA_VKEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
NOW = 1_679_315_147
TREE = Checkpoint("example.com/log", 15, b"\x07" * 32)
ED25519 = Ed25519Cosigner("witness.example/w1", bytes(32))
MLDSA = MldsaCosigner("witness.example/w2", bytes(range(32)))
BOTH: list[Ed25519Cosigner | MldsaCosigner] = [ED25519, MLDSA]


def test_torchwood_subtree_vector() -> None:
    """A cosignature made by another implementation verifies over our signed structure."""
    key = vkey.parse_vkey(TORCHWOOD_VKEY)
    assert key.encode() == TORCHWOOD_VKEY
    assert (key.algorithm, key.key_id) == (vkey.MLDSA44_COSIGNATURE, TORCHWOOD_LINE[:4])
    public = mldsa.MLDSA44PublicKey.from_public_bytes(key.public)
    for leaves, holds in (((8, 13), True), ((0, 13), False), ((8, 14), False)):
        message = cosignature.subtree_message(
            key.name, 0, "example.com/log", leaves, TORCHWOOD_ROOT
        )
        try:
            public.verify(TORCHWOOD_LINE[12:], message)
        except InvalidSignature:
            assert not holds
        else:
            assert holds


def test_published_cosignature_key_and_time() -> None:
    """A published type 0x04 key reads, and a published cosignature has the time it says."""
    assert vkey.parse_vkey(REMORA_VKEY).algorithm == vkey.ED25519_COSIGNATURE
    data = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrD"
        "JsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    ).encode()
    line = parse_note(data, bytes_max=1000).lines[0]
    assert int.from_bytes(line.signature[:8], "big") == NOW
    assert len(line.signature) == 72


def test_signed_bytes() -> None:
    """The two signed messages are laid out as tlog-cosignature says."""
    assert cosignature.text_message(TREE.text(), NOW) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/log\n15\n"
        + base64.b64encode(TREE.root)
        + b"\n"
    )
    message = cosignature.subtree_message("w", 1, "ab", (2, 3), b"r" * 32)
    numbers = [number.to_bytes(8, "big") for number in (1, 2, 3)]
    assert message == (
        b"subtree/v1\n\0" + b"\x01w" + numbers[0] + b"\x02ab" + numbers[1] + numbers[2] + b"r" * 32
    )


@pytest.mark.parametrize("cosigner", BOTH)
def test_round_trip(cosigner: Ed25519Cosigner | MldsaCosigner) -> None:
    """A cosignature verifies, gives its time, has the exact length, and its key has a vkey."""
    key = cosigner.verifier_key
    for timestamp in (0, NOW, cosignature.TIMESTAMP_MAX):
        line = cosigner.cosign(TREE, timestamp)
        assert verify_cosignature(key, line, TREE) == timestamp
        assert len(line.signature) == 8 + cosignature.SIGNATURE_BYTES[key.algorithm]
    assert vkey.parse_vkey(key.encode()) == key


@pytest.mark.parametrize("cosigner", BOTH)
def test_every_changed_byte_is_refused(cosigner: Ed25519Cosigner | MldsaCosigner) -> None:
    """No byte of time or signature can change, nor any field of the tree head."""
    line, key = cosigner.cosign(TREE, NOW), cosigner.verifier_key
    for at in range(len(line.signature)):
        for turn in (0x01, 0x80):
            bad = bytearray(line.signature)
            bad[at] ^= turn
            with pytest.raises(LedgerError):
                verify_cosignature(key, SignatureLine(key.name, key.key_id, bytes(bad)), TREE)
    for other in (
        Checkpoint("example.com/lag", 15, TREE.root),
        Checkpoint("example.com/log", 14, TREE.root),
        Checkpoint("example.com/log", 15, b"\x08" * 32),
    ):
        with pytest.raises(SignatureInvalidError):
            verify_cosignature(key, line, other)


@pytest.mark.parametrize("cosigner", BOTH)
def test_other_lines_are_refused(cosigner: Ed25519Cosigner | MldsaCosigner) -> None:
    """Another length, name, key id or time range is refused for that reason."""
    line, key = cosigner.cosign(TREE, NOW), cosigner.verifier_key
    for signature in (line.signature[:-1], line.signature + b"x", line.signature[8:], b""):
        with pytest.raises(cosignature.CosignatureLengthError):
            verify_cosignature(key, SignatureLine(key.name, key.key_id, signature), TREE)
    for name, key_id in (("witness.example/w", key.key_id), (key.name, b"1234")):
        with pytest.raises(SignatureInvalidError):
            verify_cosignature(key, SignatureLine(name, key_id, line.signature), TREE)
    unstamped = cosigner.cosign(TREE, 0)
    with pytest.raises(cosignature.CosignatureTimestampError):
        verify_cosignature(key, unstamped, TREE, timestamp_min=1)
    late = SignatureLine(key.name, key.key_id, b"\x80" + bytes(7) + line.signature[8:])
    with pytest.raises(cosignature.CosignatureTimestampError):
        verify_cosignature(key, late, TREE)
    for timestamp in (-1, 2**63):
        with pytest.raises(cosignature.CosignatureTimestampError):
            cosigner.cosign(TREE, timestamp)


def test_only_mldsa_binds_the_name() -> None:
    """Under another name an ML-DSA line fails; an Ed25519 line would hold, hence one key each."""
    for cosigner, holds in ((ED25519, True), (MLDSA, False)):
        key = cosigner.verifier_key
        other = vkey.VerifierKey("witness.example/w9", key.algorithm, key.public)
        signature = cosigner.cosign(TREE, NOW).signature
        moved = SignatureLine(other.name, other.key_id, signature)
        if holds:
            assert verify_cosignature(other, moved, TREE) == NOW
        else:
            with pytest.raises(SignatureInvalidError):
                verify_cosignature(other, moved, TREE)


def test_plain_keys_do_not_cosign() -> None:
    """A type 0x01 key verifies no cosignature, and a short seed makes no cosigner."""
    key = vkey.VerifierKey("w", vkey.ED25519, ED25519.verifier_key.public)
    with pytest.raises(vkey.KeyAlgorithmError):
        verify_cosignature(key, ED25519.cosign(TREE, NOW), TREE)
    for cosigner in (Ed25519Cosigner, MldsaCosigner):
        with pytest.raises(vkey.KeyLengthError):
            cosigner("w", bytes(31))


def refuse(*_args: Sequence[object]) -> None:
    """Stand for a library that knows the class but cannot do the algorithm."""
    raise UnsupportedAlgorithm("ML-DSA")


@pytest.mark.parametrize("lack", ["module", "class", "algorithm"])
def test_without_mldsa(monkeypatch: pytest.MonkeyPatch, lack: str) -> None:
    """A cryptography package without ML-DSA gives one clear answer; Ed25519 works on."""
    line = MLDSA.cosign(TREE, NOW)
    if lack == "module":
        monkeypatch.setitem(sys.modules, mldsa.__name__, None)
    for name, loader in (
        ("MLDSA44PrivateKey", "from_seed_bytes"),
        ("MLDSA44PublicKey", "from_public_bytes"),
    ):
        if lack == "class":
            monkeypatch.delattr(mldsa, name)
        if lack == "algorithm":
            monkeypatch.setattr(getattr(mldsa, name), loader, refuse)
    with pytest.raises(cosignature.MldsaUnavailableError):
        MldsaCosigner("w", bytes(32))
    with pytest.raises(cosignature.MldsaUnavailableError):
        verify_cosignature(MLDSA.verifier_key, line, TREE)
    assert verify_cosignature(ED25519.verifier_key, ED25519.cosign(TREE, NOW), TREE) == NOW


@given(st.integers(0, 2**63 - 1), st.integers(1, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_any_head_at_any_time(timestamp: int, size: int, root: bytes) -> None:
    """Both types carry any time over any tree."""
    head = Checkpoint("example.com/log", size, root)
    for cosigner in BOTH:
        line = cosigner.cosign(head, timestamp)
        assert verify_cosignature(cosigner.verifier_key, line, head) == timestamp
