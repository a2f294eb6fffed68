"""The folder of a demonstration: its settings, and the rooms that they name."""

import errno
import fcntl
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from volunteer_credit.config import PREFIX
from volunteer_credit.shared.errors import StoppedError

SETTINGS, DONE, LOGS = "settings", "complete", "log"
FOLDER_MODE, FILE_MODE = 0o700, 0o600
NAMESPACE = "demo.example"
OUTSIDE = ("192.0.2.1", 9)  # an address of nobody (RFC 5737): asked for the way to it, sent nothing


class NotOurFolderError(StoppedError):
    """A folder that no demonstration made, and that would be emptied."""

    code = "not_a_demo_folder"
    en = "{path} holds something that no demonstration made; choose another: --folder."
    zh = "{path} 中有并非演示生成的内容；请用 --folder 指定其他文件夹。"


class NoNetworkError(StoppedError):
    """A machine that phones cannot reach."""

    code = "no_local_network"
    en = "This machine is on no local network; join one, or leave out LAN=1 (--lan)."
    zh = "本机未连接局域网；请先连接，或去掉 LAN=1（--lan）。"


class DemoRunningError(StoppedError):
    """Two demonstrations on one folder, of which one might empty it."""

    code = "demo_running"
    en = "A demonstration runs on {path} already; end it first."
    zh = "{path} 上已有演示在运行；请先停止它。"


class DemoFolder:
    """`path` is absolute. Its file `settings` can be read by a shell: `set -a; . settings`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / LOGS
        self._settings = path / SETTINGS

    @property
    def is_complete(self) -> bool:
        """Whether a demonstration was made here to its end."""
        return (self.path / DONE).exists()

    @contextmanager
    def held(self, *, fresh: bool) -> Iterator["DemoFolder"]:
        """Have the folder for oneself; what was asked away, or never finished, goes before.

        Raises: NotOurFolderError, DemoRunningError.
        """
        if self.path.exists() and any(self.path.iterdir()) and not self._settings.is_file():
            raise NotOurFolderError(path=self.path)
        with ExitStack() as stack:
            if self._settings.exists():
                stack.enter_context(self._lock())
                if fresh or not self.is_complete:
                    shutil.rmtree(self.path)
            if not self._settings.exists():
                self.logs.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
                self.path.chmod(FOLDER_MODE)
                self._settings.touch(FILE_MODE)
                stack.enter_context(self._lock())
            yield self

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with self._settings.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DemoRunningError(path=self.path) from None
            yield

    def complete(self) -> None:
        """Note that all was made."""
        (self.path / DONE).touch(FILE_MODE)

    def write_settings(self, public_url: str) -> dict[str, str]:
        """Write the settings for this address; the same as variables."""
        rooms = {
            "ARCHIVE_DIR": "archive",
            "EXPORT_DIR": "export",
            "PERSON_KEYS_BACKUP_DIR": "person-keys-backup",
            "BACKUP_DIR": "backup",
            "KEY_SECRET_FILE": "secret/key",
        }
        chosen = {
            "CLOCK": "demo",
            "NAMESPACE": NAMESPACE,
            "PUBLIC_URL": public_url,
            "DATABASE_URL": f"sqlite:///{self.path / 'data' / 'service.db'}",
            "PERSON_KEYS_URL": f"sqlite:///{self.path / 'person-keys' / 'keys.db'}",
            **{name: str(self.path / room) for name, room in rooms.items()},
        }
        settings = {PREFIX + name: value for name, value in chosen.items()}
        lines = [f"{name}='{value}'\n" for name, value in settings.items()]
        self._settings.write_text("".join(lines), encoding="utf-8")
        return settings


def environment(around: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Our settings in the environment of a shell, whose own ones are left out."""
    return {**{k: v for k, v in around.items() if not k.startswith(PREFIX)}, **settings}


def local_address() -> str:
    """The address under which others of the local network reach us. Raises: NoNetworkError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(OUTSIDE)
        except OSError as problem:
            if problem.errno not in (errno.ENETUNREACH, errno.EHOSTUNREACH):
                raise
            raise NoNetworkError from None
        return str(asked.getsockname()[0])
