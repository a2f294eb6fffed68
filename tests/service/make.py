"""Builders for the tests of the service: settings, a clock, plain names."""

import base64
from hashlib import sha256
from pathlib import Path

from volunteer_credit.config import Settings

AT_MS = 1_795_305_600_000  # 2026-11-22T00:00:00Z, 08:00 in Weihai


class FakeClock:
    """A clock that stands until the test moves it."""

    def __init__(self, at_ms: int = AT_MS) -> None:
        self.at_ms = at_ms
        self.steady_ms = 1_000_000

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic_ms(self) -> int:
        return self.steady_ms

    def pass_ms(self, count: int) -> None:
        """Let time pass on both hands."""
        self.at_ms += count
        self.steady_ms += count


def secret(name: str) -> str:
    """A good secret, the same in every run."""
    return base64.b64encode(sha256(name.encode()).digest()).decode()


def environ_for(database_url: str, folder: Path, **changes: str) -> dict[str, str]:
    """The environment of a whole installation inside a folder."""
    return {
        "VC_DATABASE_URL": database_url,
        "VC_NAMESPACE": "weihai.example",
        "VC_PUBLIC_URL": "https://points.example",
        "VC_ARCHIVE_DIR": str(folder / "archive"),
        "VC_EXPORT_DIR": str(folder / "export"),
        "VC_PERSON_KEYS_URL": f"sqlite:///{folder / 'person-keys' / 'keys.db'}",
        "VC_PERSON_KEYS_BACKUP_DIR": str(folder / "person-keys-backup"),
        "VC_BACKUP_DIR": str(folder / "backup"),
        "VC_KEY_SECRET": secret("kek"),
        **changes,
    }


def settings_for(database_url: str, folder: Path, **changes: str) -> Settings:
    """The settings of a whole installation inside a folder."""
    for name in ("person-keys",):
        (folder / name).mkdir(exist_ok=True)
    return Settings.from_environ(environ_for(database_url, folder, **changes))
