"""Any order of operations, losses and cuts against a model of two sets."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.service.keystore import DAY_MS, Cut, KeyStore, fill, opens, person
from tests.service.make import AT_MS
from volunteer_credit.shared.person_keys_errors import (
    PersonErasedError,
    PersonKeyBackupUnlistedError,
    PersonKeysBehindError,
)
from volunteer_credit.shared.person_keys_records import Erasure, hash_of

NUMBERS = st.integers(0, 9)
Secret = tuple[str, str | None]


class Keys(RuleBasedStateMachine):
    """`living`: what each key sealed; `held`: whose keys the second store holds; `erased`."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="vc-keys-"))
        self.store = KeyStore(f"sqlite:///{self.folder / 'person-keys' / 'keys.db'}", self.folder)
        self.at_ms = AT_MS
        self.secrets: Secret = ("secret 0", None)
        self.living: dict[int, bytes] = {}
        self.held: dict[int, bytes] = {}
        self.erased: dict[int, int] = {}
        self.destroyed: dict[bytes, int] = {}
        self.pruned_ms = AT_MS
        self.copy: tuple[Any, dict[int, bytes], int] | None = None
        self.keys = self.store.open(*self.secrets)
        self.keys.has(person(0))

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    def reopen(self) -> None:
        self.store.close()
        self.store.opened.clear()
        self.store.disk.fail(0, is_done=False)
        self.keys = self.store.open(*self.secrets)

    def number(self) -> int:
        """How often the second store was written."""
        (head,) = self.store.copy()["person_key_head"]
        return int(head["number"])

    def all_held(self) -> None:
        self.held = dict(self.living)

    def forget(self, number: int) -> None:
        if number in self.living:
            self.destroyed[self.store.wrapped(number)] = self.at_ms
        self.erased.setdefault(number, self.at_ms)
        self.living.pop(number, None)
        self.held.pop(number, None)

    @rule(number=NUMBERS)
    def create(self, number: int) -> None:
        if number in self.erased:
            with pytest.raises(PersonErasedError):
                self.keys.create(person(number), self.at_ms)
        elif number not in self.living:
            self.living |= fill(self.keys, [number], self.at_ms)

    @rule(number=NUMBERS)
    def destroy(self, number: int) -> None:
        self.forget(number)
        self.keys.destroy(person(number), self.at_ms)
        self.all_held()

    @rule(numbers=st.sets(NUMBERS, max_size=3))
    def apply_erasures(self, numbers: set[int]) -> None:
        for number in numbers:
            self.forget(number)
        told = [Erasure(hash_of(person(each)), self.erased[each]) for each in numbers]
        self.keys.apply_erasures(told, self.at_ms)
        self.all_held()

    @rule()
    def back_up(self) -> None:
        self.keys.back_up(self.at_ms)
        self.all_held()

    @rule(days=st.integers(0, 20))
    def prune(self, days: int) -> None:
        """The daily job; on the days between nothing else happens."""
        for _ in range(days):
            self.at_ms += DAY_MS
            self.keys.prune(self.at_ms)
        if days:
            self.all_held()
            for wrapped, at_ms in self.destroyed.items():
                if self.at_ms - at_ms >= 35 * DAY_MS:
                    assert not self.store.held_by_backup(wrapped)

    @rule(count=st.integers(1, 9))
    def rewrap(self, count: int) -> None:
        """A new secret; after it the old one is dropped, and copies under it are of no use."""
        self.secrets = (f"secret {self.at_ms} {self.number()} {count}", self.secrets[0])
        self.reopen()
        self.keys.rewrap(self.at_ms)
        assert self.keys.rewrap(self.at_ms) == 0
        self.secrets = (self.secrets[0], None)
        self.reopen()
        self.all_held()

    @rule()
    def take_copy(self) -> None:
        self.copy = (self.store.copy(), dict(self.living), self.number())

    @precondition(lambda self: self.copy)
    @rule()
    def put_back_copy(self) -> None:
        """An old copy of the database: what it lacks comes from the second store."""
        assert self.copy is not None
        rows, then, number = self.copy
        changed = number != self.number()
        self.store.put_back(rows)
        if changed:
            with pytest.raises(PersonKeysBehindError):
                self.keys.require_current()
        if self.number() or changed:
            self.keys.restore(self.at_ms)
        known = {each: then[each] for each in then if each not in self.erased}
        # A key that never left the lost rows may have been made again under the same number since.
        self.living = {**known, **self.held}
        if self.number():
            self.all_held()

    @precondition(lambda self: self.number())
    @rule()
    def lose_database(self) -> None:
        self.store.close()
        self.store.lose()
        self.reopen()
        self.restore_empty()
        self.living = dict(self.held)
        self.copy = None

    def restore_empty(self) -> None:
        try:
            self.keys.restore(self.at_ms)
        except PersonKeyBackupUnlistedError:  # of a cut write: moved away, as the refusal asks
            listed = (self.store.backup / "list").read_text()
            for file in self.store.files():
                if file.name not in listed and file.name != "list":
                    file.unlink()
            self.keys.restore(self.at_ms)

    @rule()
    def renew(self) -> None:
        if self.store.backup.is_dir():
            shutil.rmtree(self.store.backup)
        self.keys.renew_backup(self.at_ms)
        self.all_held()
        self.copy = None

    @rule(number=NUMBERS, step=st.integers(1, 12), is_done=st.booleans())
    def destroy_cut(self, number: int, step: int, is_done: bool) -> None:
        """The process dies while it destroys: then it was done, or it is done again."""
        self.forget(number)
        self.store.disk.fail(step, is_done=is_done)
        try:
            self.keys.destroy(person(number), self.at_ms)
        except Cut:
            self.reopen()
            self.keys.destroy(person(number), self.at_ms)
        self.store.disk.fail(0, is_done=False)
        self.all_held()

    @rule(step=st.integers(1, 12), is_done=st.booleans())
    def back_up_cut(self, step: int, is_done: bool) -> None:
        self.store.disk.fail(step, is_done=is_done)
        try:
            self.keys.back_up(self.at_ms)
        except Cut:
            self.reopen()
            self.keys.back_up(self.at_ms)
        self.store.disk.fail(0, is_done=False)
        self.all_held()

    @invariant()
    def living_read_and_erased_do_not(self) -> None:
        assert opens(self.keys, self.living)
        for number in range(10):
            assert self.keys.has(person(number)) == (number in self.living)
            if number in self.held:
                assert self.keys.is_backed_up(person(number))
        known = {each.person_hash for each in self.keys.erasures()}
        assert known == {hash_of(person(number)) for number in self.erased}

    @invariant()
    def the_second_store_is_whole(self) -> None:
        self.keys.require_current()
        assert self.keys.check_backup() == len(self.held)


TestKeys = pytest.mark.untraced(Keys.TestCase)
TestKeys.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


@pytest.mark.soak
def test_any_order_for_long() -> None:
    long = settings(max_examples=1500, stateful_step_count=50, deadline=None)
    run_state_machine_as_test(Keys, settings=long)
