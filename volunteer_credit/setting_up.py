"""Setting an installation up, whoever asks for it: folders, secret, schema, the city's book."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from volunteer_credit.config import FILE_ENDING, PREFIX, SECRET_BYTES, Settings
from volunteer_credit.journal.operations.city import keys_kept
from volunteer_credit.people.operations.bootstrap import Admin, found_with_admins
from volunteer_credit.shared import migrations
from volunteer_credit.shared.checks import folders
from volunteer_credit.shared.console import Console
from volunteer_credit.shared.errors import StoppedError

SECRET = f"{PREFIX}KEY_SECRET"
FOLDER_MODE, FILE_MODE = 0o700, 0o600


class SecretLostError(StoppedError):
    """A database with keys, and no file with the secret that opens them."""

    code = "key_secret_lost"
    en = "{path} is missing, but the database holds {count} keys made with it; put it back."
    zh = "缺少 {path}，而数据库中有 {count} 个用它加密的密钥；请放回该文件。"


@dataclass(frozen=True)
class SetUp:
    """What was made. `path`: of a new file with the secret; `is_new`: the city's book is."""

    path: Path | None
    is_new: bool
    admins: list[Admin]


def set_up(console: Console, *, renew_codes: bool = False) -> SetUp:
    """Make what is missing of an installation; safe to repeat.

    Raises: SettingsError, SecretLostError, and as `found_with_admins`.
    """
    with _secret(console) as (settings, path, keep):
        _make_folders(settings)
        with console.application(settings):
            migrations.upgrade()
            count = keys_kept()
            if path is not None and count:
                raise SecretLostError(path=path, count=count)
            keep()
            new, admins = found_with_admins(renew_codes=renew_codes)
    return SetUp(path, new, list(admins))


class _Keep:
    """Writes a new secret to its file, when it is known that none was lost."""

    def __init__(self, path: Path | None, text: str) -> None:
        self.path = path
        self._text = text

    def __call__(self) -> None:
        if self.path is not None:
            self.path.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(self.path, flags, FILE_MODE), "w") as file:
                file.write(self._text + "\n")
                file.flush()
                os.fsync(file.fileno())


@contextmanager
def _secret(console: Console) -> Iterator[tuple[Settings, Path | None, _Keep]]:
    """The settings; with a new secret, and how to keep it, if its file is not there yet."""
    environ = dict(console.environ)
    name = SECRET + FILE_ENDING
    path = Path(environ[name]) if environ.get(name) else None
    if path is None or path.exists():
        yield console.settings(), None, _Keep(None, "")
        return
    text = base64.b64encode(console.random(SECRET_BYTES)).decode()
    del environ[name]
    yield Settings.from_environ({**environ, SECRET: text}), path, _Keep(path, text)


def _make_folders(settings: Settings) -> None:
    for path in folders(settings).values():
        path.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
    for url in (settings.database_url, settings.person_keys_url):
        if url.drivername == "sqlite":
            Path(str(url.database)).touch(FILE_MODE)
