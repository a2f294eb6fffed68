"""Builders for the tests of identities: a town in which somebody can be added and joined."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from tests.people.make import COMMUNITY, Resident, Town
from volunteer_credit.people.models.vault import ContactRow, LinkRow
from volunteer_credit.people.operations.agreed import Agreed
from volunteer_credit.people.operations.memberships import join_community
from volunteer_credit.people.operations.persons import add_person
from volunteer_credit.people.rules.identity import parse_fields
from volunteer_credit.shared.db import WRITE, db, end_reading

SIGNED = Agreed({"id_number": 1, "volunteer_number": 1})  # asked for where such a number is given
BORN = {"adult": "19800101", "minor": "20100101", "child": "20150101"}  # on the tests' clock


def added(town: Town, key: str, *, community_id: str = COMMUNITY, **fields: Any) -> str:
    """A person whom Anna adds at the desk."""
    given = parse_fields({"name": key, "reach": "desk", **fields})
    caller = town.anna.caller(community=community_id)
    return add_person(caller, given, community_id=community_id, key=f"add {key}", agreed=SIGNED)


def joined(town: Town, person_id: str, key: str = "join", community_id: str = COMMUNITY) -> str:
    """Their account number in a community, where Anna makes them a member."""
    caller = town.anna.caller(community=community_id)
    return join_community(
        caller, person_id, community_id=community_id, key=f"{key} {community_id} {person_id}"
    )


def member(town: Town, key: str, **fields: Any) -> Resident:
    """A person whom Anna adds and makes a member."""
    person_id = added(town, key, **fields)
    return Resident(
        key, str(fields.get("phone", "")), person_id, {COMMUNITY: joined(town, person_id)}
    )


def links(person_id: str) -> dict[tuple[str, str], int]:
    """The link rows of a person: whether each is in use."""
    end_reading()
    rows = select(LinkRow.community_id, LinkRow.account, LinkRow.is_current)
    found = db.session.execute(rows.where(LinkRow.person_id == person_id))
    return {(community, account): current for community, account, current in found}


def contacts(person_id: str) -> set[str]:
    """The kinds by which a person is found."""
    end_reading()
    rows = select(ContactRow.kind).where(ContactRow.person_id == person_id)
    return set(db.session.execute(rows).scalars())


def stored_bytes(app: Flask, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that the service keeps: each file of the folder, each value of the database."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
    end_reading()
    with db.engines[WRITE].connect() as connection:
        for table in db.metadata.sorted_tables:
            every = text(f"SELECT * FROM {table.name}")  # noqa: S608 - our tables
            for row in connection.execute(every):
                for value in row:
                    raw = (
                        bytes(value)
                        if isinstance(value, bytes | memoryview)
                        else str(value).encode()
                    )
                    yield table.name, raw
