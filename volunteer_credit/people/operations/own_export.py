"""Everything that one person owns here, as one value of JSON, and as plain text (PIPL 45)."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from volunteer_credit.journal.rules.requests import CITY
from volunteer_credit.people.operations.accesses import looks_at
from volunteer_credit.people.operations.authority import authorise
from volunteer_credit.people.operations.labels import open_label
from volunteer_credit.people.operations.privacy_hooks import hooks
from volunteer_credit.people.operations.sealed import read_person
from volunteer_credit.people.operations.sessions import day_of
from volunteer_credit.people.queries import own_export as rows
from volunteer_credit.people.queries.consents import consents_of
from volunteer_credit.people.rules.roles import Target
from volunteer_credit.shared.caller import Caller
from volunteer_credit.shared.db import db
from volunteer_credit.shared.runtime import current

FORMAT = 1


def own_export(caller: Caller, person_id: str = "") -> dict[str, Any]:
    """All about the caller, or about their ward, section by section; times in UTC milliseconds.

    Raises: as `authorise`.
    """
    at_ms = current().clock.now_ms()
    reader, target = db.session, Target(person_id=person_id)
    authorise(reader, caller, "self.read", target, at_ms=at_ms, day=day_of(at_ms))
    whom = person_id or caller.person_id
    vault = read_person(reader, whom)
    links = [each for each in (*vault.links, *vault.former) if each[0] != CITY]
    export: dict[str, Any] = {
        "format": FORMAT,
        "made_at_ms": at_ms,
        "person": vault.fields.stored(),
        "city_account": vault.account(CITY),
        "memberships": rows.memberships(reader, links),
        "households": rows.households(reader, links),
        "organisations": rows.organisations(reader, whom),
        "roles": rows.grants(reader, [*vault.links, *vault.former]),
        "consents": [{**asdict(each), "holds": each.holds} for each in consents_of(reader, whom)],
        "looked_at_by": [asdict(each) for each in looks_at(reader, whom)],
        **_labelled(whom, rows.own_rows(reader, whom)),
    }
    for name, work in hooks().exports.items():
        assert name not in export, f"two exports are called {name}"
        export[name] = work(reader, whom, links)
    return export


def _labelled(
    person_id: str, sections: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """What the person calls their things, opened; their random names are of no use to anybody."""
    for section, name in (("devices", "device_id"), ("passkeys", "passkey_id")):
        sections[section] = [
            {"label": open_label(person_id, row.pop(name), row.pop("sealed_label")), **row}
            for row in sections[section]
        ]
    return sections


def as_text(export: dict[str, Any]) -> str:
    """The same for reading: a line for each value, sections under their names."""
    return "\n".join(_lines(export, "")) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    for name, each in value.items() if isinstance(value, dict) else enumerate(value, 1):
        if isinstance(each, dict | list | tuple):
            yield f"{indent}{name}:" if each else f"{indent}{name}: -"
            yield from _lines(each, f"{indent}  ")
        else:
            yield f"{indent}{name}: {'-' if each in (None, '') else each}"
