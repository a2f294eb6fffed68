"""Making audit exports: one archive with all published books of a community.

The same books give the same bytes: files in a fixed order, without times, stored as they are.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import delete, update

from volunteer_credit.journal.operations.published import (
    BookFiles,
    book_files,
    book_names,
    policy_of,
)
from volunteer_credit.publication.models import ExportRow
from volunteer_credit.publication.queries import Place, all_exports, open_exports
from volunteer_credit.publication.rules.exports import (
    DONE_PERCENT,
    FAILED,
    MAKING,
    POLICY,
    README,
    READY,
    STEP_PERCENT,
    readme,
)
from volunteer_credit.shared.db import db, end_reading, transaction
from volunteer_credit.shared.errors import ServiceError
from volunteer_credit.shared.ids import new_id
from volunteer_credit.shared.runtime import current

FOLDER = ".audit"  # hidden: no web server gives it out, and no namespace begins so
ENDING, UNFINISHED = ".zip", ".part"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PUBLIC_FILE = 0o644 << 16

_log = logging.getLogger(__name__)


def file_of(export_id: str) -> Path:
    """Where the archive of an export is, or will be."""
    return _folder() / f"{export_id}{ENDING}"


def make_exports() -> None:
    """Make what was asked for, also what a crash left; forget what is over.

    One that fails is marked so, and its reason logged.
    """
    end_reading()
    for place in open_exports(db.session):
        try:
            _make(place)
        except (ServiceError, OSError) as problem:
            reason = getattr(problem, "code", type(problem).__name__)
            _log.error("an audit export of %s failed: %s", place.community_id, reason)
            _note(place, state=FAILED)
    _forget()


def _make(place: Place) -> None:
    names = book_names(place.community_id)
    books = [each for each in (book_files(name.origin) for name in names) if each is not None]
    total = sum(each.count_bytes() for each in books)
    _note(place, state=MAKING, percent=0)
    _folder().mkdir(mode=0o700, exist_ok=True)
    # Whoever else makes it at the same time makes a file of its own.
    work = _folder() / f"{place.number}-{new_id(current().random)}{UNFINISHED}"
    try:
        with ZipFile(work, "w", ZIP_STORED) as archive:
            origins = [each.origin for each in books]
            archive.writestr(_named(README), readme(place.community_id, origins))
            archive.writestr(_named(POLICY), policy_of(origins))
            _fill(archive, books, place, total)
        work.replace(file_of(place.number))
    finally:
        work.unlink(missing_ok=True)
    size = file_of(place.number).stat().st_size
    _note(place, state=READY, percent=DONE_PERCENT, count_bytes=size)


def _fill(archive: ZipFile, books: list[BookFiles], place: Place, total: int) -> None:
    done = told = 0
    for name, data in _files(books):
        archive.writestr(_named(name), data)
        done += len(data)
        percent = min(done * DONE_PERCENT // max(total, 1), DONE_PERCENT - 1)
        if percent >= told + STEP_PERCENT:
            told = percent
            _note(place, percent=percent)


def _files(books: list[BookFiles]) -> Iterator[tuple[str, bytes]]:
    for book in books:
        for path in book.paths:
            yield f"{book.origin}/{path}", book.bytes_of(path)


def _named(name: str) -> ZipInfo:
    found = ZipInfo(name, _NO_TIME)
    found.create_system, found.external_attr = 3, _PUBLIC_FILE
    return found


def _note(place: Place, **values: Any) -> None:
    with transaction() as session:
        session.execute(
            update(ExportRow)
            .where(
                ExportRow.community_id == place.community_id, ExportRow.export_id == place.number
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _forget() -> None:
    """Remove what is over, row first; and every file that belongs to no row, or is no archive."""
    at_ms, kept = current().clock.now_ms(), set()
    end_reading()
    for place, ends_at_ms in all_exports(db.session):
        if ends_at_ms > at_ms:
            kept.add(f"{place.number}{ENDING}")
            continue
        with transaction() as session:
            session.execute(
                delete(ExportRow)
                .where(
                    ExportRow.community_id == place.community_id,
                    ExportRow.export_id == place.number,
                )
                .execution_options(synchronize_session=False)
            )
    for each in _folder().iterdir() if _folder().is_dir() else ():
        if each.name not in kept:
            each.unlink(missing_ok=True)


def _folder() -> Path:
    return current().settings.export_dir / FOLDER
