"""A witness at work: cosignatures that verify, forks and rollbacks refused, no way round them."""

import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ledger.checkpoint import open_checkpoint
from ledger.cosignature import CosignatureTimestampError
from ledger.vkey import KeyAmbiguousError, VerifierKey
from ledger.witness import TEXT_TYPE, Response
from ledger.witness_app import Witness
from ledger.witness_state import origin_hash
from ledger.witness_state_errors import WitnessStateForeignError
from tests.ledger.witnessing import (
    COSIGNERS,
    FORKED,
    HONEST,
    KEYS,
    LOGS,
    NOW,
    ORIGIN,
    TREE_SIZE_MAX,
    TREES,
    Tree,
    create,
    new_witness,
    opened,
    request,
    settle,
    witness,
)

NAMES = st.sampled_from([*TREES])
SIZES = st.integers(0, TREE_SIZE_MAX)


def test_the_cosignatures_verify_and_the_checkpoint_is_kept(tmp_path: Path) -> None:
    one = new_witness(tmp_path)
    signed = HONEST.signed(7, mldsa=True)
    response = one.add_checkpoint(request(0, (), signed), NOW)
    assert (response.status, response.content_type) == (200, TEXT_TYPE)
    for data in (signed + response.body, one.state.kept(origin_hash(ORIGIN))):
        assert data == signed + response.body
        read = open_checkpoint(data, LOGS[ORIGIN], witnesses=KEYS)
        assert read.keys == {*LOGS[ORIGIN], *KEYS}
        assert {line.timestamp_seconds for line in read.verified} == {None, NOW}


def test_the_same_tree_gets_a_new_time(tmp_path: Path) -> None:
    one = new_witness(tmp_path)
    settle(one, HONEST, 7)
    response = one.add_checkpoint(HONEST.request(7, 7), NOW + 60)
    read = open_checkpoint(HONEST.signed(7) + response.body, (), witnesses=KEYS)
    assert {line.timestamp_seconds for line in read.verified} == {NOW + 60}


@pytest.mark.parametrize("now_seconds", [0, -1, 2**63])
def test_without_a_time_nothing_is_cosigned(tmp_path: Path, now_seconds: int) -> None:
    one = new_witness(tmp_path)
    with pytest.raises(CosignatureTimestampError):
        one.add_checkpoint(HONEST.request(0, 7), now_seconds)
    assert settle(one, FORKED, 7)[-1].status == 200


def test_a_rollback_and_a_split_view_are_refused(tmp_path: Path) -> None:
    one = new_witness(tmp_path)
    settle(one, HONEST, 9)
    statuses = [
        one.add_checkpoint(body, NOW).status
        for body in (
            HONEST.request(0, 8),
            HONEST.request(8, 9),
            HONEST.request(9, 8),
            FORKED.request(0, 9),
            FORKED.request(9, 9),
            FORKED.request(9, 12),
            request(9, HONEST.proof(9, 12), FORKED.signed(12)),
        )
    ]
    assert statuses == [409, 409, 400, 409, 422, 422, 422]
    assert one.add_checkpoint(HONEST.request(9, 12), NOW).status == 200


def test_who_cannot_sign_never_touches_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = new_witness(tmp_path)
    monkeypatch.setattr(one.state, "turn", None)
    assert one.add_checkpoint(b"old", NOW).status == 400
    assert one.add_checkpoint(HONEST.request(0, 3, "other.example/1"), NOW).status == 404
    assert one.add_checkpoint(HONEST.request(5, 3), NOW).status == 400
    bad = HONEST.signed(3).replace(b"\n3\n", b"\n4\n")
    assert one.add_checkpoint(request(0, (), bad), NOW).status == 403


def test_the_keys_are_those_of_the_state_and_unambiguous(tmp_path: Path) -> None:
    create(tmp_path)
    state = opened(tmp_path)
    for cosigners in (COSIGNERS[:1], COSIGNERS[1:], ()):
        with pytest.raises(WitnessStateForeignError):
            Witness(state, cosigners, LOGS)
    key = LOGS[ORIGIN][0]
    twin = VerifierKey(key.name, key.algorithm, bytes(32))
    object.__setattr__(twin, "key_id", key.key_id)
    with pytest.raises(KeyAmbiguousError):
        Witness(state, COSIGNERS, {ORIGIN: [key, twin]})


@pytest.mark.parametrize("shared_object", [True, False])
def test_32_threads_with_two_trees_get_one_of_them_cosigned(
    tmp_path: Path, *, shared_object: bool
) -> None:
    one = new_witness(tmp_path)
    answers: list[tuple[str, Response]] = []
    together = threading.Barrier(32)

    def submit(name: str) -> None:
        mine = one if shared_object else witness(tmp_path)
        together.wait()
        answers.extend((name, response) for response in settle(mine, TREES[name], 9))

    threads = [threading.Thread(target=submit, args=(name,)) for name in [*TREES] * 16]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    signed = [name for name, response in answers if response.status == 200]
    refused = [name for name, response in answers if response.status == 422]
    assert (len(signed), len(set(signed)), len(refused), len(set(refused))) == (16, 1, 16, 1)


class Attack(RuleBasedStateMachine):
    """Two trees that fork, submitted in any order, with any sizes and proofs, across restarts."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.witness = new_witness(Path(self.folder.name))
        self.last: list[bytes] = []
        self.cosigned: list[list[bytes]] = []

    @rule()
    def restart(self) -> None:
        self.witness = witness(Path(self.folder.name))

    @rule(name=NAMES, old_size=SIZES, size=SIZES, proof=NAMES)
    def submit(self, name: str, old_size: int, size: int, proof: str) -> None:
        tree = TREES[name]
        self._answer(tree, old_size, size, TREES[proof].proof(old_size, size))

    @rule(name=NAMES, more=st.integers(0, 4), drop=st.booleans())
    def grow(self, name: str, more: int, drop: bool) -> None:
        """Submit from where the witness is, as a client that has read its 409."""
        tree, old_size = TREES[name], len(self.last)
        size = min(old_size + more, TREE_SIZE_MAX)
        self._answer(tree, old_size, size, tree.proof(old_size, size)[drop:])

    def _answer(self, tree: Tree, old_size: int, size: int, proof: list[bytes]) -> None:
        """Submit, and compare the answer with what the leaves themselves say."""
        response = self.witness.add_checkpoint(request(old_size, proof, tree.signed(size)), NOW)
        if old_size > size:
            expected = 400
        elif old_size != len(self.last):
            expected = 409
            assert response.body == b"%d\n" % len(self.last)
        elif tree.leaves[:old_size] != self.last or proof != tree.proof(old_size, size):
            expected = 422
        else:
            expected = 200
            self.last = tree.leaves[:size]
            self.cosigned.append(self.last)
            data = tree.signed(size) + response.body
            assert open_checkpoint(data, (), witnesses=KEYS).keys == set(KEYS)
        assert response.status == expected

    @invariant()
    def never_two_histories(self) -> None:
        for number, one in enumerate(getattr(self, "cosigned", [])):
            for other in self.cosigned[number + 1 :]:
                assert one == other[: len(one)]

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestAttack = Attack.TestCase
TestAttack.settings = settings(max_examples=30, stateful_step_count=25)
