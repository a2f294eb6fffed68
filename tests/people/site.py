"""The whole service in a browser: a demonstration on loopback, with a town in it."""

import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from tests.people.make import COMMUNITY, Resident, Town
from tests.people.sign_in_make import PIN, KeptSender, give_card, with_cheap_pins, with_sender
from tests.service.make import FakeClock, settings_for
from tests.web.browser import serving
from volunteer_credit import create_app
from volunteer_credit.people.operations.slips import issue_slip
from volunteer_credit.shared.db import WRITE, db, end_reading
from volunteer_credit.shared.runtime import Runtime

WANG, CHEN = "王小明", "陈秀英"


@dataclass
class Served:
    """A town that browsers can reach. `address` is the one that passkeys are bound to."""

    address: str
    app: Flask
    town: Town
    wang: Resident
    chen: Resident
    card: str
    sender: KeptSender
    clock: FakeClock

    def slip(self, who: Resident, kind: str = "invitation") -> str:
        """The letters of a new slip for somebody."""
        with self.app.app_context():
            end_reading()
            key = secrets.token_hex(8)
            return issue_slip(None, kind, who.person_id, COMMUNITY, key).code


class _Later:
    """An application that is made once the port is known."""

    app: Any = None

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        found: Iterable[bytes] = self.app(environ, start)
        return found


@contextmanager
def served(folder: Path, template: Path) -> Iterator[Served]:
    """The service with two residents, staff and a supervisor; their PIN is that of the tests."""
    later, clock = _Later(), FakeClock()
    (folder / "data").mkdir()
    shutil.copyfile(template, folder / "data" / "service.db")
    with serving(later) as loopback:  # type: ignore[arg-type] # any WSGI application will do
        address = loopback.replace("127.0.0.1", "localhost")  # passkeys want a name
        settings = settings_for(
            f"sqlite:///{folder / 'data' / 'service.db'}",
            folder,
            VC_CLOCK="demo",
            VC_PUBLIC_URL=address,
        )
        app = create_app(Runtime(settings, clock, secrets.token_bytes))
        with app.app_context():
            with_cheap_pins()
            sender = with_sender()
            town = Town()
            wang, chen = town.add(WANG), town.add(CHEN)
            card = give_card(wang, PIN)
            end_reading()
        later.app = app
        try:
            yield Served(address, app, town, wang, chen, card, sender, clock)
        finally:
            with app.app_context():
                db.session.remove()
                for engine in (db.engine, db.engines[WRITE]):
                    engine.dispose()
