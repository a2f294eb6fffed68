"""The rows of operations: what was answered once is answered again only if it is unchanged."""

import pytest
from flask import Flask
from sqlalchemy import update

from tests.service.books import COMMUNITY, award, funded, request
from volunteer_credit.journal.models import OperationRow
from volunteer_credit.journal.operations.compare import compare_rows
from volunteer_credit.journal.operations.perform import append
from volunteer_credit.journal.operations.seal import seal
from volunteer_credit.journal.rules.errors import RowChangedError
from volunteer_credit.shared.db import WRITE, db


@pytest.mark.parametrize("column", ["name", "result", "size", "request_digest", "rows", "mac"])
def test_a_changed_operation_is_neither_answered_again_nor_archived(
    app: Flask, column: str
) -> None:
    funded()
    append(COMMUNITY, request("paid"), [award()])
    other = {"name": "other", "result": "[[9,9,9]]", "size": 9}.get(column, b"other")
    table = OperationRow.__table__
    change = update(OperationRow).where(table.c.key == "paid").values({column: other})
    with db.engines[WRITE].begin() as connection:
        connection.execute(change)
    with pytest.raises(RowChangedError):
        append(COMMUNITY, request("paid"), [award()])
    with pytest.raises(RowChangedError):
        seal(COMMUNITY)
    assert compare_rows(COMMUNITY).differences
