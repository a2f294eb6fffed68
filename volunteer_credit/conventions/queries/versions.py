"""Reads of a community's conventions and the documents behind them."""

from typing import NamedTuple

from sqlalchemy import select

from volunteer_credit.conventions.models.versions import DocumentRow, VersionRow
from volunteer_credit.shared.db import Reader

_documents, _versions = DocumentRow.__table__.c, VersionRow.__table__.c


class Version(NamedTuple):
    """An approved version, as a list shows it."""

    book: int
    seq: int
    name: str
    effective_day: int
    approved_at_ms: int


def versions(reader: Reader, community_id: str) -> list[Version]:
    """Every approved version of a community, in the order of its books."""
    query = (
        select(*(_versions[name] for name in Version._fields))
        .where(_versions.community_id == community_id)
        .order_by(_versions.book, _versions.seq)
    )
    return [Version(*row) for row in reader.execute(query)]


def document(reader: Reader, community_id: str, name: str) -> bytes | None:
    """The bytes of a document of this community, by its SHA-256."""
    query = select(_documents.data).where(
        _documents.community_id == community_id, _documents.name == name
    )
    found = reader.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def adoptions(reader: Reader, community_id: str, name: str) -> list[bytes]:
    """How a convention was adopted, as proposed: the newest record first."""
    query = (
        select(_documents.data)
        .where(
            _documents.community_id == community_id,
            _documents.about == name,
            _documents.kind == "adoption",
        )
        .order_by(_documents.added_at_ms.desc())
    )
    return [bytes(each) for each in reader.execute(query).scalars()]
