"""The forms of pages: read by a schema, shown again with what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import RAISE, Schema, ValidationError
from marshmallow import fields as kinds

from volunteer_credit.web import csrf, idempotency
from volunteer_credit.web.fields import flat, said
from volunteer_credit.web.languages import language

HOME = "/"
NEXT = "next"
PATH_LENGTH_MAX = 500

_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


@dataclass(frozen=True)
class Form:
    """What a person filled in: texts as typed, values as the schema reads them, what is wrong."""

    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether every field reads."""
        return not self.errors


def read(schema: type[Schema]) -> Form:
    """Read the form of this request; a field that the schema does not know is an error too."""
    ours = schema(unknown=RAISE)
    given: dict[str, Any] = {}
    for name, several in request.form.lists():
        if name not in (csrf.FIELD, idempotency.FIELD):
            is_list = isinstance(ours.fields.get(name), kinds.List)
            given[name] = several if is_list or len(several) > 1 else several[0]
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    try:
        return Form(texts, ours.load(given), {})
    except ValidationError as problem:
        errors: dict[str, str] = {}
        for path, message in flat(problem.messages):
            name = path.partition(".")[0]
            errors.setdefault(name, said(message, language())[1])
        return Form(texts, {}, errors)


def safe_next(text: str) -> str:
    """Where to go after signing in: a path of this host, else home."""
    good = len(text) <= PATH_LENGTH_MAX and _PATH.fullmatch(text)
    return text if good else HOME
