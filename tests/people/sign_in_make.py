"""Builders for the tests of signing in: cheap PINs, a sender that keeps what it sends, browsers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from flask import Flask, current_app
from sqlalchemy import Connection, event

from tests.people.make import Resident, number
from volunteer_credit.journal.operations.perform import perform
from volunteer_credit.journal.rules.requests import CITY, Actor, Request
from volunteer_credit.people.models.credentials import CardRow
from volunteer_credit.people.operations.digests import digest
from volunteer_credit.people.operations.pins import PinCost, hash_pin
from volunteer_credit.people.operations.senders import Outbox, outbox
from volunteer_credit.people.operations.sessions import Browser
from volunteer_credit.people.rules.card_numbers import card_number
from volunteer_credit.shared.db import WRITE, db
from volunteer_credit.shared.prepared import Prepared
from volunteer_credit.shared.runtime import current

OPERATOR = Actor("operator:1", "operator")
PIN = "728391"
WRONG_PIN = "728392"
ADDRESS = "198.51.100.7"


@dataclass
class KeptSender:
    """A sender that sends nothing: tests read what it was given."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, phone: str, code: str) -> None:
        self.sent.append((phone, code))

    def code(self, phone: str) -> str:
        """The last code for a phone."""
        outbox().wait()
        return next(code for number, code in reversed(self.sent) if number == phone)


def with_sender() -> KeptSender:
    """Give the application a sender; call it before anything asks for the outbox."""
    sender = KeptSender()
    assert current().part(Outbox, lambda _: Outbox(sender)).sender is sender
    return sender


def with_cheap_pins() -> None:
    """Hash PINs at little cost; call it before anything is hashed."""
    current().part(PinCost, lambda _: PinCost(memory_kib=8, iterations=1))


def browser(name: str = "phone", **changes: Any) -> Browser:
    return Browser(**{"device_id": number("browser", name), "address": ADDRESS, **changes})


def give_card(resident: Resident, pin: str | None = PIN, value: int = 1234567) -> str:
    """A paper card of a person; its number."""
    made = card_number(value)
    pin_hash = None if pin is None else hash_pin(db.session, pin)
    with perform(CITY, Request(OPERATOR, f"card {made}", "test")) as operation:
        operation.session.add(
            CardRow(
                card_digest=digest(operation.session, "card", made),
                number=made,
                kind="paper",
                person_id=resident.person_id,
                state="active",
                issued_at_ms=operation.at_ms,
                issued_by=resident.person_id,
                pin_hash=pin_hash,
            )
        )
        operation.answer({})
    return made


def at_once(app: Flask, count: int, work: Callable[[int], object]) -> list[object]:
    """Do something in several threads at one moment; what each answered, or raised."""
    ready = threading.Barrier(count)
    answers: list[object] = [None] * count

    def run(index: int) -> None:
        with app.app_context():
            ready.wait(10)
            try:
                answers[index] = work(index)
            except Exception as problem:
                answers[index] = problem
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return answers


def statements(work: Callable[[], object]) -> list[str]:
    """The statements that this sends to the database, in their order; errors pass by."""
    seen: list[str] = []
    engines = [db.engine, db.engines[WRITE]]

    def note(*about: Any) -> None:
        seen.append(about[2])

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    run = Prepared._execute

    def prepared(statement: Prepared, connection: Connection, values: Any) -> Any:
        text, _ = statement._filled(connection, values)
        seen.append(getattr(text, "text", text))
        return run(statement, connection, values)

    try:
        with patch.object(Prepared, "_execute", prepared):
            work()
    except Exception as problem:
        seen.append(type(problem).__name__)
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    assert current_app
    return seen
