"""Erased, and an old backup restored: still erased, nothing readable anywhere, the book whole."""

import hashlib
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.people.canaries import found, opened_operations
from tests.people.make import COMMUNITY, Resident, Town
from tests.people.test_erasing import furnished, rows_about
from tests.service.books import replayed
from tests.service.recovering import backed_up, elsewhere
from volunteer_credit.journal.operations.after_recovery import after_recovery
from volunteer_credit.journal.operations.compare import compare_rows
from volunteer_credit.journal.operations.recover import recover, recoverable
from volunteer_credit.journal.operations.restore import restore
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.models.membership import MemberRow
from volunteer_credit.people.models.privacy import ErasureRow
from volunteer_credit.people.models.vault import ContactRow
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.operations.erasing import ask_erasure, run_erasures, was_erased
from volunteer_credit.people.operations.look_up import Why, look_up
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.shared.db import db, end_reading
from volunteer_credit.shared.person_keys import person_keys
from volunteer_credit.shared.runtime import current

__all__ = ["elsewhere"]
NAME, PHONE, ID_NUMBER = "欧阳若兰", "13912345678", "11010119900307451X"
CANARY = "canary-" + hashlib.sha256(b"canary").hexdigest()[:20]
NOTE = "她问低保的事"


@pytest.fixture
def erased(app: Flask) -> Resident:
    """Somebody whom much is known of, to be erased by the test."""
    town = Town()
    who = town.add(NAME, phone=PHONE, id_number=ID_NUMBER, area=CANARY, birth_day="19900307")
    furnished(town, who)
    look_up(town.anna.caller(), COMMUNITY, who.person_id, Why("desk_service", NOTE), "look")
    town.grant(who, "staff")
    for community in (CITY, COMMUNITY):
        seal(community)
    person_keys(current()).back_up(current().clock.now_ms())
    return who


def erase(who: Resident) -> None:
    ask_erasure(who.caller(), "erase")
    assert run_erasures().done == 1


def needles(*, after: bool) -> dict[str, bytes]:
    """What must be found nowhere; after the erasure also the fingerprints and the sealed row."""
    words = {"name": NAME, "phone": PHONE, "ID number": ID_NUMBER, "canary": CANARY, "note": NOTE}
    made = {name: word.encode() for name, word in words.items()}
    if after:
        made["fingerprint"] = fingerprint().encode()
    return made


def check_erased(who: Resident) -> None:
    end_reading()
    assert rows_about(who.person_id) == []
    assert was_erased(who.person_id)
    assert db.session.get(MemberRow, (COMMUNITY, who.account)) is None
    book = replayed()
    assert book.parties.grants[who.account, "staff", "community"] == 99991231  # the book keeps it
    assert compare_rows(COMMUNITY).differences == []


def fingerprint() -> str:
    end_reading()
    return digest(db.session, "phone", PHONE)


def test_nothing_readable_is_left_anywhere(
    erased: Resident, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert read_person(db.session, erased.person_id).fields.area == CANARY
    assert found(tmp_path, needles(after=False)) == []  # sealed from the first moment
    assert found(tmp_path, needles(after=True))  # the search sees what is there

    erase(erased)
    for community in (CITY, COMMUNITY):
        seal(community)
    check_erased(erased)
    assert found(tmp_path, needles(after=True)) == []
    # Whoever has every key of the archive reads random numbers, and can't join the two kinds.
    city, community = opened_operations(CITY), opened_operations(COMMUNITY)
    assert not any(each.decode() in city + community for each in needles(after=True).values())
    assert erased.person_id in city
    assert erased.account in community
    assert erased.person_id not in community
    assert erased.account not in city
    assert not any(word in caplog.text for word in (NAME, PHONE, ID_NUMBER, CANARY, NOTE))
    assert erased.person_id not in caplog.text
    assert erased.account not in caplog.text


def test_an_older_backup_brings_nobody_back(
    erased: Resident, elsewhere: Callable[..., Any], database_url: str, tmp_path: Path
) -> None:
    """Not even where the erasure never reached the archive, and the keys are an old copy too."""
    backup = backed_up()
    keys = current().settings.person_keys_url.database
    assert keys is not None
    copied = tmp_path / "old-keys.db"
    shutil.copyfile(keys, copied)
    erase(erased)
    shutil.copyfile(copied, keys)
    engine = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    with elsewhere(engine):
        restore(backup)
        end_reading()
        assert read_person(db.session, erased.person_id).fields.name == NAME  # all of it is back
        for community in recoverable():
            recover(community)
        after_recovery()
        check_erased(erased)
        end_reading()
        assert db.session.query(ContactRow).count() > 0  # the others are found as before
        assert {each.person_id for each in db.session.query(ErasureRow)} == {None}
        after_recovery()  # once more changes nothing
        check_erased(erased)


@pytest.mark.engines("sqlite")
def test_the_archive_alone_brings_nobody_back(
    erased: Resident, elsewhere: Callable[..., Any]
) -> None:
    erase(erased)
    for community in (CITY, COMMUNITY):
        seal(community)
    with elsewhere("sqlite"):
        for community in recoverable():
            recover(community)
        after_recovery()
        check_erased(erased)
