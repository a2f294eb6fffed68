"""One spelling of plain values, so that equal ones have equal digests and sealed rows read back."""

import json
from collections.abc import Mapping
from typing import Any


def spell(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces; texts stay as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> dict[str, Any]:
    """What `spell` was given."""
    found = json.loads(text)
    assert isinstance(found, dict)
    return found
