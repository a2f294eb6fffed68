"""The settings: each field accepted and refused, and what stops a start."""

import base64
from dataclasses import fields
from pathlib import Path

import pytest

from tests.service.make import environ_for, secret
from volunteer_credit.config import Settings, SettingsError

MAIN = "sqlite:////srv/data/service.db"
FOLDER = Path("/srv")
POSTGRES = "postgresql+psycopg"

# Field: texts that are taken, each with the value, and texts that are refused.
FIELDS: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "namespace": (
        {"weihai.example": "weihai.example", "a/b-c_d.e/1": "a/b-c_d.e/1"},
        ("", "Weihai.example", "a/", "/a", "-a", "a b", "威海", "weihai.example\n"),
    ),
    "public_url": (
        {"https://points.example": "https://points.example", "https://a:8443": "https://a:8443"},
        (
            "",
            "points.example",
            "https://",
            "https://a/",
            "https://a/b",
            "https://A.example",
            "https://user@a",
            "https://a:0",
            "https://a\n",
            "ftp://a",
        ),
    ),
    "trusted_proxies": ({"0": 0, "5": 5}, ("-1", "6", "")),
    "body_bytes_max": ({"65536": 65_536, "8388608": 8_388_608}, ("65535", "8388609", "1M")),
    "metrics_port": ({"0": 0, "65535": 65_535}, ("-1", "65536", "")),
    "code_sender": ({"none": "none", "console": "console"}, ("", "sms", "None")),
    "code_sender_url": (
        {"https://gateway.example/send?a=1": "https://gateway.example/send?a=1"},
        ("", "gateway.example", "file:///etc/passwd", "https://", "https://a b", "https://a\n"),
    ),
    "code_sender_path": ({"/srv/codes": Path("/srv/codes")}, ("", "codes")),
    "code_sender_token": ({"abc=": "abc="}, ("", "a b", "a\nb", "码")),
    "archive_dir": ({"/srv/x/../y/": Path("/srv/y")}, ("", "y", "./y", "~/y", "/y\0")),
    "export_dir": ({"/srv/y": Path("/srv/y")}, ("", "y")),
    "backup_dir": ({"/srv/y": Path("/srv/y")}, ("", "y")),
    "person_keys_backup_dir": ({"/srv/y": Path("/srv/y")}, ("", "y")),
    "witness_policy_path": ({"/srv/y": Path("/srv/y")}, ("", "y")),
    "clock": ({"utc": "utc", "demo": "demo"}, ("", "UTC", "local")),
    "utc_offset_minutes": (
        {"480": 480, "0": 0, "-840": -840, "840": 840},
        ("", "841", "-841", "8.5", "+480", "\uff18", " 480", "480\n"),
    ),
    "lock_timeout_seconds": ({"1": 1, "60": 60}, ("0", "61", "-1", "")),
    "statement_timeout_seconds": ({"1": 1, "600": 600}, ("0", "601", "x")),
    "seal_interval_seconds": ({"1": 1, "3600": 3600}, ("0", "3601", "1e3")),
}
WEAK = base64.b64encode(b"0123456789abcde" * 2 + b"01").decode()
SECRETS_REFUSED = (
    "",
    "not base64!",
    base64.b64encode(bytes(32)).decode(),
    WEAK,
    secret("kek")[:-4],
    base64.b64encode(bytes(range(33))).decode(),
)
DATABASES_REFUSED = (
    "",
    "service.db",
    "sqlite://",
    "sqlite:///relative.db",
    "sqlite:///:memory:",
    "mysql://host/name",
    "postgresql+psycopg2://host/name",
    "postgresql://host/name?password=hidden",
    "postgresql://host:port/name",
)


def settings(**changes: str) -> Settings:
    return Settings.from_environ(environ_for(MAIN, FOLDER, **changes))


def refused(**changes: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        settings(**changes)
    return caught.value


def test_every_field_is_tested_here() -> None:
    others = {"database_url", "person_keys_url", "key_secret", "key_secret_old"}
    assert {each.name for each in fields(Settings)} == FIELDS.keys() | others


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_taken_and_refused(name: str) -> None:
    variable = f"VC_{name.upper()}"
    taken, not_taken = FIELDS[name]
    for text, value in taken.items():
        assert getattr(settings(**{variable: text}), name) == value
    for text in not_taken:
        problem = refused(**{variable: text})
        assert problem.names == [variable]
        assert "must be" in str(problem)


def test_defaults_are_those_that_are_written_down() -> None:
    found = settings()
    assert found.key_secret_old is None
    assert found.witness_policy_path is None
    assert (found.clock, found.utc_offset_minutes) == ("utc", 480)
    assert found.lock_timeout_seconds == 5
    assert found.statement_timeout_seconds == 10
    assert found.seal_interval_seconds == 5
    assert (found.trusted_proxies, found.body_bytes_max, found.metrics_port) == (0, 2**20, 0)
    assert not found.plain_http


def test_only_a_demonstration_goes_without_https() -> None:
    plain = "http://192.168.1.7:8000"
    assert settings(VC_PUBLIC_URL=plain, VC_CLOCK="demo").plain_http
    problem = refused(VC_PUBLIC_URL=plain)
    assert problem.names == ["VC_PUBLIC_URL"]
    assert "VC_CLOCK" in str(problem)


def test_a_way_to_send_codes_must_know_where_to() -> None:
    for sender, variable, value in (
        ("http", "VC_CODE_SENDER_URL", "https://gateway.example"),
        ("file", "VC_CODE_SENDER_PATH", "/srv/codes"),
    ):
        assert refused(VC_CODE_SENDER=sender).names == [variable]
        found = settings(**{"VC_CODE_SENDER": sender, variable: value})
        assert found.code_sender == sender
    assert "tok" not in repr(settings(VC_CODE_SENDER_TOKEN="tok-1"))


@pytest.mark.parametrize("name", ["VC_DATABASE_URL", "VC_PERSON_KEYS_URL"])
def test_a_database_is_an_absolute_file_or_a_server(name: str) -> None:
    field = name.removeprefix("VC_").lower()
    assert (
        getattr(settings(**{name: "sqlite:////srv/q/../z/a.db"}), field).database == "/srv/z/a.db"
    )
    for scheme in ("postgresql", POSTGRES):
        url = getattr(settings(**{name: f"{scheme}://u:p@host:5433/name"}), field)
        assert (url.drivername, url.host, url.port, url.database) == (
            POSTGRES,
            "host",
            5433,
            "name",
        )
    for text in DATABASES_REFUSED:
        assert refused(**{name: text}).names == [name], text


@pytest.mark.parametrize("name", ["VC_KEY_SECRET", "VC_KEY_SECRET_OLD"])
def test_a_secret_is_32_random_bytes(name: str) -> None:
    found = settings(**{name: secret("another")})
    assert getattr(found, name.removeprefix("VC_").lower()) == base64.b64decode(secret("another"))
    for text in SECRETS_REFUSED:
        problem = refused(**{name: text})
        assert problem.names == [name]
        assert not text or text not in str(problem)


def test_the_old_secret_is_another_one() -> None:
    assert refused(VC_KEY_SECRET_OLD=secret("kek")).names == ["VC_KEY_SECRET_OLD"]


def test_what_must_be_there_is_asked_for_all_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({"PATH": "/bin", "VC_CLOCK": "local"})
    needed = set(environ_for(MAIN, FOLDER))
    assert set(caught.value.names) == needed | {"VC_CLOCK"}
    assert "VC_NAMESPACE: is missing" in str(caught.value)


def test_every_problem_is_said_at_once() -> None:
    problem = refused(
        VC_NAMESPACE="?",
        VC_COLOUR="red",
        VC_EXPORT_DIR="/srv/archive/export",
        VC_KEY_SECRET="short",
        VC_PERSON_KEYS_BACKUP_DIR="/srv/backup",
    )
    assert problem.names == [
        "VC_ARCHIVE_DIR",
        "VC_COLOUR",
        "VC_KEY_SECRET",
        "VC_NAMESPACE",
        "VC_PERSON_KEYS_BACKUP_DIR",
    ]


@pytest.mark.parametrize(
    "name", ["VC_COLOUR", "VC_COLOUR_FILE", "VC_", "VC_Namespace", "VC_CLOCK_FILE_FILE"]
)
def test_an_unknown_name_is_refused(name: str) -> None:
    problem = refused(**{name: "/srv/x"})
    assert problem.names == [name]
    assert "is not a setting" in str(problem)


def test_a_name_that_is_not_ours_is_left_alone() -> None:
    assert settings(COLOUR="red", vc_clock="x") == settings()


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(secret("filed") + "\n")
    environ = environ_for(MAIN, FOLDER, VC_KEY_SECRET_FILE=str(file))
    del environ["VC_KEY_SECRET"]
    assert Settings.from_environ(environ).key_secret == base64.b64decode(secret("filed"))
    file.write_text("weak")
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(environ)
    assert caught.value.names == ["VC_KEY_SECRET"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_does_not_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    environ = environ_for(MAIN, FOLDER, VC_KEY_SECRET_FILE=str(file))
    del environ["VC_KEY_SECRET"]
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(environ)
    assert caught.value.names == ["VC_KEY_SECRET_FILE"]


def test_a_setting_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(secret("kek"))
    problem = refused(VC_KEY_SECRET_FILE=str(file))
    assert problem.names == ["VC_KEY_SECRET_FILE"]
    assert "is set twice" in str(problem)


APART = {
    "VC_ARCHIVE_DIR": "{}",
    "VC_EXPORT_DIR": "{}",
    "VC_BACKUP_DIR": "{}",
    "VC_PERSON_KEYS_BACKUP_DIR": "{}",
    "VC_PERSON_KEYS_URL": "sqlite:///{}/keys.db",
    "VC_DATABASE_URL": "sqlite:///{}/service.db",
}


@pytest.mark.parametrize("other", APART)
@pytest.mark.parametrize("name", APART)
def test_places_are_not_inside_each_other(name: str, other: str) -> None:
    if name == other:
        assert settings(**{name: APART[name].format("/mnt/a")})
        return
    for inner in ("/mnt/a", "/mnt/a/b/c", "/mnt/b/../a"):
        changes = {name: APART[name].format("/mnt/a"), other: APART[other].format(inner)}
        assert len({name, other} & set(refused(**changes).names)) == 1
    beside = {name: APART[name].format("/mnt/a"), other: APART[other].format("/mnt/ab")}
    assert settings(**beside)


@pytest.mark.parametrize(
    ("keys", "good"),
    [
        ("postgresql://u:p@host/service", False),
        ("postgresql+psycopg://other:q@host/service", False),
        ("postgresql://u:p@host/keys", True),
        ("postgresql://u:p@elsewhere/service", True),
        ("postgresql://u:p@host/service?options=-csearch_path%3Dkeys", True),
    ],
)
def test_keys_stand_in_tables_of_their_own(keys: str, good: bool) -> None:
    changes = {"VC_DATABASE_URL": "postgresql://u:p@host/service", "VC_PERSON_KEYS_URL": keys}
    if good:
        assert settings(**changes)
    else:
        assert refused(**changes).names == ["VC_PERSON_KEYS_URL"]


def test_the_settings_print_no_secret() -> None:
    found = settings(
        VC_KEY_SECRET_OLD=secret("old"),
        VC_DATABASE_URL="postgresql://user:hunter2@host/service",
        VC_PERSON_KEYS_URL="postgresql://user:hunter3@host/keys",
    )
    for text in (repr(found), str(found)):
        assert "weihai.example" in text
        assert "hunter" not in text
        assert "key_secret" not in text
        for each in (found.key_secret, found.key_secret_old):
            assert each is not None
            assert repr(each) not in text


def test_settings_never_change() -> None:
    with pytest.raises(AttributeError):
        settings().clock = "demo"  # type: ignore[misc]  # that it is refused is the claim
