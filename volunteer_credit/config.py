"""The settings: read once from the environment, checked, and never changed again.

Every name begins with VC_. An unknown name, a missing one or a weak secret stops the start. A
secret may stand in a file instead: VC_KEY_SECRET_FILE names it. docs/operations.md lists all.
"""

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "VC_"
FILE_ENDING = "_FILE"
SECRET_BYTES = 32
DIFFERENT_BYTES_MIN = 16  # 32 random bytes have about 30; a typed or repeated secret has few
OFFSET_MINUTES_MAX = 840

PLAIN_HTTP = "http://"

_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_GATEWAY = re.compile(r"https?://[A-Za-z0-9][!-~]{0,500}")
_PUBLIC_URL = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?")


class SettingsError(Exception):
    """The service does not start. `names` are the variables to look at."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.names = sorted(problems)
        super().__init__("; ".join(f"{name}: {problems[name]}" for name in self.names))


def _database(text: str) -> URL:
    url = make_url(text)
    if "password" in url.query:  # there it would be printed with the settings
        raise ValueError
    if url.drivername in ("postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite":
        raise ValueError
    return url.set(database=str(_path(url.database or "")))


def _path(text: str) -> Path:
    if not Path(text).is_absolute() or "\0" in text:
        raise ValueError
    return Path(os.path.normpath(text))


def _namespace(text: str) -> str:
    if not _NAMESPACE.fullmatch(text):
        raise ValueError
    return text


def _public_url(text: str) -> str:
    if not _PUBLIC_URL.fullmatch(text):
        raise ValueError
    return text


def _sender(text: str) -> str:
    if text not in ("none", "console", "file", "http"):
        raise ValueError
    return text


def _gateway(text: str) -> str:
    if not _GATEWAY.fullmatch(text):
        raise ValueError
    return text


def _header(text: str) -> str:
    if not re.fullmatch(r"[!-~]{1,500}", text):
        raise ValueError
    return text


def _secret(text: str) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != SECRET_BYTES or len(set(secret)) < DIFFERENT_BYTES_MIN:
        raise ValueError
    return secret


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,7}", text) or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return parse


def _clock(text: str) -> str:
    if text not in ("utc", "demo"):
        raise ValueError
    return text


def _must(parse: Callable[[str], Any], be: str) -> dict[str, Any]:
    """How a text becomes a value, raising ValueError, and what is said where it does not."""
    return {"parse": parse, "must": f"must be {be}"}


def _number(low: int, high: int, unit: str) -> dict[str, Any]:
    return _must(_whole(low, high), f"a whole number of {unit} from {low} to {high}")


_APART = (
    "archive_dir",
    "export_dir",
    "backup_dir",
    "person_keys_backup_dir",
    "database_url",
    "person_keys_url",
)
_DATABASE = _must(_database, "sqlite:////absolute/path or postgresql://user:password@host/name")
_PATH = _must(_path, "an absolute path")
_SECRET = _must(_secret, f"{SECRET_BYTES} random bytes in base64, not typed or repeated ones")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation decides. Paths are absolute; the environment name is VC_ + the field."""

    database_url: URL = field(metadata=_DATABASE)
    namespace: str = field(
        metadata=_must(_namespace, "like weihai.example, in small letters, never the serving host")
    )
    public_url: str = field(
        metadata=_must(_public_url, "like https://points.example, without a path")
    )
    archive_dir: Path = field(metadata=_PATH)
    export_dir: Path = field(metadata=_PATH)
    person_keys_url: URL = field(metadata=_DATABASE)
    person_keys_backup_dir: Path = field(metadata=_PATH)
    backup_dir: Path = field(metadata=_PATH)
    key_secret: bytes = field(metadata=_SECRET, repr=False)
    key_secret_old: bytes | None = field(default=None, metadata=_SECRET, repr=False)
    witness_policy_path: Path | None = field(default=None, metadata=_PATH)
    clock: str = field(default="utc", metadata=_must(_clock, "utc or demo"))
    utc_offset_minutes: int = field(
        default=480, metadata=_number(-OFFSET_MINUTES_MAX, OFFSET_MINUTES_MAX, "minutes")
    )
    lock_timeout_seconds: int = field(default=5, metadata=_number(1, 60, "seconds"))
    statement_timeout_seconds: int = field(default=10, metadata=_number(1, 600, "seconds"))
    seal_interval_seconds: int = field(default=5, metadata=_number(1, 3600, "seconds"))
    trusted_proxies: int = field(default=0, metadata=_number(0, 5, "proxies"))
    body_bytes_max: int = field(default=1_048_576, metadata=_number(65_536, 8_388_608, "bytes"))
    metrics_port: int = field(default=0, metadata=_number(0, 65_535, "port"))
    code_sender: str = field(default="none", metadata=_must(_sender, "none, console, file or http"))
    code_sender_url: str = field(
        default="", metadata=_must(_gateway, "the address of a gateway, http:// or https://")
    )
    code_sender_path: Path | None = field(default=None, metadata=_PATH)
    code_sender_token: str = field(
        default="", repr=False, metadata=_must(_header, "printable ASCII without spaces")
    )

    @property
    def plain_http(self) -> bool:
        """Whether pages go over http, as only a demonstration may: cookies are weaker then."""
        return self.public_url.startswith(PLAIN_HTTP)

    @classmethod
    def from_environ(
        cls, environ: Mapping[str, str], read: Callable[[Path], str] = Path.read_text
    ) -> "Settings":
        """The settings of an environment. Raises: SettingsError, with every problem at once."""
        problems: dict[str, str] = {}
        names = {PREFIX + each.name.upper(): each.name for each in fields(cls)}
        given = _given(environ, read, names, problems)
        values: dict[str, Any] = {each.name: each.default for each in fields(cls)}
        for name, each in zip(names, fields(cls), strict=True):
            if each.name in given:
                try:
                    values[each.name] = each.metadata["parse"](given[each.name])
                except (ValueError, ArgumentError):
                    problems[name] = each.metadata["must"]
            elif each.default is MISSING and name + FILE_ENDING not in problems:
                problems.setdefault(name, "is missing")
        for name, problem in {**_not_apart(values), **_unsafe(values), **_silent(values)}.items():
            problems.setdefault(name, problem)
        if problems:
            raise SettingsError(problems)
        return cls(**values)


def _not_apart(values: Mapping[str, Any]) -> dict[str, str]:
    """By variable: what must be apart and is not (data, archive, keys, backups, secrets)."""
    problems = {}
    places = {name: _folder_of(value) for name, value in values.items() if name in _APART}
    for (name, one), (other, two) in combinations(places.items(), 2):
        if one and two and (one.is_relative_to(two) or two.is_relative_to(one)):
            problem = f"must not be inside or around {PREFIX}{other.upper()}"
            problems[PREFIX + name.upper()] = problem
    keys_url, url = values["person_keys_url"], values["database_url"]
    if isinstance(url, URL) and isinstance(keys_url, URL) and _tables(url) == _tables(keys_url):
        problem = f"must be another database or schema than {PREFIX}DATABASE_URL"
        problems[f"{PREFIX}PERSON_KEYS_URL"] = problem
    if values["key_secret"] == values["key_secret_old"]:
        problems[f"{PREFIX}KEY_SECRET_OLD"] = f"is the same as {PREFIX}KEY_SECRET"
    return problems


def _unsafe(values: Mapping[str, Any]) -> dict[str, str]:
    """A public address whose pages and cookies anyone on the way could read."""
    url = values["public_url"]
    if isinstance(url, str) and url.startswith(PLAIN_HTTP) and values["clock"] != "demo":
        return {f"{PREFIX}PUBLIC_URL": f"must be https://… unless {PREFIX}CLOCK is demo"}
    return {}


def _silent(values: Mapping[str, Any]) -> dict[str, str]:
    """A way to send codes that does not know where to."""
    needed = {"http": "code_sender_url", "file": "code_sender_path"}.get(values["code_sender"])
    if needed is None or values[needed]:
        return {}
    return {f"{PREFIX}{needed.upper()}": f"is missing: {PREFIX}CODE_SENDER needs it"}


def _folder_of(value: object) -> Path | None:
    """The folder that a setting takes for itself; None for a server, or a value that is missing."""
    if isinstance(value, URL):
        return Path(str(value.database)).parent if value.drivername == "sqlite" else None
    return value if isinstance(value, Path) else None


def _tables(url: URL) -> tuple[object, ...]:
    """Where the tables of a database address stand: two users see the same ones."""
    return url.drivername, url.host, url.port, url.database, url.query.get("options")


def _given(
    environ: Mapping[str, str],
    read: Callable[[Path], str],
    names: Mapping[str, str],
    problems: dict[str, str],
) -> dict[str, str]:
    """The texts of the variables that are set, by field; what is unknown or doubled is said."""
    given: dict[str, str] = {}
    for name in sorted(each for each in environ if each.startswith(PREFIX)):
        text = environ[name]
        field_name = names.get(name) or names.get(name.removesuffix(FILE_ENDING))
        if field_name is None:
            problems[name] = "is not a setting"
        elif field_name in given:
            problems[name] = "is set twice"
        elif name in names:
            given[field_name] = text
        else:
            try:
                given[field_name] = read(Path(text)).strip()
            except (OSError, ValueError):
                problems[name] = "names a file that does not read"
    return given
