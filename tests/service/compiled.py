"""Statements and templates are compiled once in a run of tests, not for each test's application."""

from types import CodeType
from typing import Any

from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

STATEMENTS_MAX = 5_000


def share_compiled_statements() -> None:
    """Give all engines one cache, in which dialects of one class are the same."""
    engines: Any = Engine
    dialects: Any = DefaultDialect
    cache: Any = LRUCache(STATEMENTS_MAX)
    engines._compiled_cache = property(lambda _: cache, lambda _, _own: None)
    dialects.__eq__ = lambda one, other: _kind(one) == _kind(other)
    dialects.__hash__ = lambda one: hash(_kind(one))


def _kind(dialect: object) -> tuple[type, object]:
    return type(dialect), getattr(dialect, "paramstyle", None)


def share_compiled_templates() -> None:
    """Give the templates of all applications one cache, by their names and texts."""
    environments: Any = Environment
    cache = _Codes()
    environments.bytecode_cache = property(lambda _: cache, lambda _, _own: None)


class _Codes(BytecodeCache):
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give back what was compiled."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        assert bucket.code is not None
        self.kept[bucket.key, bucket.checksum] = bucket.code
