"""`python -m tests.people.privacy_page` writes the tables of docs/privacy.md anew."""

from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from volunteer_credit.people.rules import privacy_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
TABLES: tuple[Callable[[], Iterable[str]], ...] = (
    privacy_page.kept_lines,
    privacy_page.notice_lines,
    privacy_page.consent_lines,
    privacy_page.place_lines,
)


def written(page: str) -> str:
    """The page with its tables, in their order, as the rules say them now."""
    parts = groupby(page.splitlines(), key=lambda line: line.startswith("|"))
    tables = iter(TABLES)
    lines: list[str] = []
    for is_table, part in parts:
        lines += next(tables)() if is_table else part
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
