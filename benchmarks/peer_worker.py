"""Post transfers with another engine, in the peers' environment: `peer_worker.py NAME PLACE`.

Each line of standard input is a count; the answer is the seconds that so many durable, balanced
transfers between two accounts took.
"""

import sys
import time
import uuid
from collections.abc import Callable
from typing import Any


def vaulteq(path: str) -> Callable[[], Any]:
    """PyPI vaulteq on a SQLite file, with the settings it brings."""
    from vaulteq import (  # noqa: PLC0415 - only there where this peer is measured
        AccountType,
        Direction,
        JournalLineInput,
        LedgerEngine,
        PostRequest,
    )

    engine = LedgerEngine(path)
    organisation = engine.create_organization("bench")
    for code in ("fund", "wallet"):
        engine.create_account(organisation, code, code, AccountType.ASSET, Direction.DEBIT)

    def post() -> object:
        lines = [
            JournalLineInput("wallet", Direction.DEBIT, 100, "USD"),
            JournalLineInput("fund", Direction.CREDIT, 100, "USD"),
        ]
        return engine.post(PostRequest(organisation, uuid.uuid4().hex, "award", lines))

    return post


def hordak(url: str) -> Callable[[], Any]:
    """PyPI django-hordak on PostgreSQL, tables made by its own migrations."""
    import dj_database_url  # noqa: PLC0415 - only there where this peer is measured
    import django  # noqa: PLC0415 - as above
    from django.conf import settings  # noqa: PLC0415 - as above

    settings.configure(
        DATABASES={"default": dj_database_url.parse(url)},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after the settings
    from django.db import transaction  # noqa: PLC0415 - after the settings
    from hordak.models import Account, AccountType  # noqa: PLC0415 - after the settings
    from moneyed import Money  # noqa: PLC0415 - after the settings

    call_command("migrate", verbosity=0)
    fund = Account.objects.create(name="fund", type=AccountType.income, code="1")
    wallet = Account.objects.create(name="wallet", type=AccountType.asset, code="2")

    def post() -> object:
        with transaction.atomic():
            return fund.transfer_to(wallet, Money(1, "EUR"), description="award")

    return post


PEERS = {"vaulteq": vaulteq, "hordak": hordak}


def main(name: str, place: str) -> None:
    """Serve counts until standard input ends."""
    post = PEERS[name](place)
    post()
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            post()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
