"""A recovery that dies at any step leaves nothing behind, and is run again."""

from typing import Any

import pytest
from flask import Flask

from tests.service.books import (
    COMMUNITY,
)
from tests.service.recovering import (
    check_whole,
    differences,
    elsewhere,
    everything,
    harm,
    sealed,
)
from volunteer_credit.journal.operations import recover as recover_module
from volunteer_credit.journal.operations.copies import Copy
from volunteer_credit.journal.operations.put_back import PutBack
from volunteer_credit.journal.operations.quarantine import Quarantine
from volunteer_credit.journal.operations.recover import recover
from volunteer_credit.journal.operations.recover_book import BookRecovery

__all__ = ["elsewhere", "sealed"]


STEPS = [
    (recover_module._Work, "_put_back_keys"),
    (recover_module._Work, "_book"),
    (recover_module._Work, "_operations"),
    (BookRecovery, "_bundle"),
    (BookRecovery, "_move_rest"),
    (BookRecovery, "_compare"),
    (BookRecovery, "_write_checkpoints"),
    (BookRecovery, "_drop_retired"),
    (PutBack, "_replace"),
    (PutBack, "_write"),
    (PutBack, "_move_rest"),
    (Quarantine, "move"),
    (Quarantine, "close"),
    (Copy, "check"),
]


@pytest.mark.untraced
@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_recovery_that_dies_can_be_repeated(sealed: Flask, owner: Any, name: str) -> None:
    before = everything()
    harm("DELETE FROM journal_entries WHERE seq > 5", "DELETE FROM journal_keys")
    harm("UPDATE journal_entries SET kind = 'x' WHERE seq = 3")
    harmed = everything()
    real = getattr(owner, name)

    def die(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, die)
        with pytest.raises(KeyboardInterrupt):
            recover(COMMUNITY)
    assert not differences(harmed, everything())
    recover(COMMUNITY)
    assert differences(before, everything()) == ["journal_quarantine"]
    check_whole()
