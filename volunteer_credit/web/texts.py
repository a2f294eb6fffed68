"""JSON and texts as we take them: strict, so that nobody reads one request in two ways."""

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from flask import Request
from webargs import core
from webargs.flaskparser import FlaskParser

from volunteer_credit.shared.errors import BadRequestError

_UNCLEAN = re.compile("[\0\ud800-\udfff]")
# At most 16 digits, as 2**53 - 1 has, the largest number everywhere (docs/ledger-format.md A4).
_WHOLE = re.compile(r"(-?[0-9]{1,16})(?:\.0+)?")


class JsonMalformedError(BadRequestError):
    """A body that is no JSON, or says one thing twice."""

    code = "json_malformed"
    en = "The body is not JSON (UTF-8, no name twice in one object, no NaN)."
    zh = "请求正文不是合格的 JSON（UTF-8，同一对象内名称不重复，不含 NaN）。"


class TextRefusedError(BadRequestError):
    """Characters that no text of ours may have."""

    code = "text_refused"
    en = "The request has characters that no text may have (NUL, half of a surrogate pair)."
    zh = "请求含有不允许的字符（NUL 或不成对的代理字符）。"


def is_clean(text: str) -> bool:
    """Whether databases and JSON can carry a text."""
    return _UNCLEAN.search(text) is None


def parsed_json(data: bytes) -> Any:
    """What a body says. Raises: JsonMalformedError, TextRefusedError."""
    try:
        value = _DECODER.decode(data.decode())
        clean = all(is_clean(each) for each in _texts(value))
    except (ValueError, RecursionError) as problem:
        raise JsonMalformedError from problem
    if not clean:
        raise TextRefusedError
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refused(_text: str) -> NoReturn:
    raise ValueError


def _whole(text: str) -> int:
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise ValueError
    return int(match[1])


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_refused,
    parse_float=_whole,  # every amount is a whole number, which 6.0 is too
    parse_int=_whole,
)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


class StrictParser(FlaskParser):
    """The parser of the API's arguments, with JSON read as above."""

    def _raw_load_json(self, req: Request) -> Any:
        data = req.get_data(cache=True)
        return parsed_json(data) if data else core.missing
