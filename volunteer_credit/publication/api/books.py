"""Receipts, bundles and audit exports."""

from typing import Any

from flask import Response, send_file

from volunteer_credit.publication.operations.bundles import read_bundle
from volunteer_credit.publication.operations.exports import ask_export, export_file, own_export
from volunteer_credit.publication.operations.receipts import make_receipt, receipt_for
from volunteer_credit.publication.rules.exports import Export
from volunteer_credit.publication.schemas import BookSchema, ExportSchema
from volunteer_credit.web.auth import requires
from volunteer_credit.web.gate import signed_in
from volunteer_credit.web.idempotency import request_key
from volunteer_credit.web.openapi import ApiBlueprint

FILE = {"type": "string", "format": "binary"}
BINARY, ZIP = "application/octet-stream", "application/zip"

api = ApiBlueprint("books", __name__, description="Receipts, and what an audit of a book needs.")


@api.route("/books/<community>/entries/<int:seq>/receipt")
@requires("book.read")
@api.arguments(BookSchema, location="query")
@api.response(200, {"type": "string"}, content_type="text/plain")
def receipt(query: dict[str, Any], community: str, seq: int) -> Response:
    """The receipt (C2SP tlog-proof) of an entry that names you; staff get every entry's."""
    data = receipt_for(signed_in(), community, seq, query["book"])
    return Response(data, mimetype="text/plain")


@api.route("/books/<community>/entries/<int:seq>/receipt", methods=["POST"])
@requires("book.read")
@api.arguments(BookSchema, location="query")
@api.response(200, {"type": "string"}, content_type="text/plain")
def make(query: dict[str, Any], community: str, seq: int) -> Response:
    """The same at once: an entry that is not published yet is sealed first."""
    data = make_receipt(signed_in(), community, seq, query["book"])
    return Response(data, mimetype="text/plain")


@api.route("/books/<community>/bundles/<int:number>", methods=["POST"])
@requires("bundle.read")
@api.arguments(BookSchema, location="query")
@api.response(200, FILE, content_type=BINARY)
def bundle(query: dict[str, Any], community: str, number: int) -> Response:
    """Up to 256 entries (C2SP tlog-tiles); a POST, because the log of looks tells of it."""
    data = read_bundle(signed_in(), community, number, request_key(), query["book"])
    return Response(data, mimetype=BINARY)


@api.route("/books/<community>/exports", methods=["POST"])
@requires("bundle.read")
@api.response(201, ExportSchema)
def ask(community: str) -> Export:
    """Ask for an archive of all published books; ask for its state until it is ready."""
    return ask_export(signed_in(), community, request_key())


@api.route("/books/<community>/exports/<export>")
@requires("bundle.read")
@api.response(200, ExportSchema)
def show(community: str, export: str) -> Export:
    """How far the making of an archive is."""
    return own_export(signed_in(), community, export)


@api.route("/books/<community>/exports/<export>/file")
@requires("bundle.read")
@api.response(200, FILE, content_type=ZIP)
def file(community: str, export: str) -> Response:
    """The archive; a broken download goes on with `Range`."""
    path = export_file(signed_in(), community, export)
    name = f"{community}-{export[:8]}.zip"
    return send_file(path, mimetype=ZIP, as_attachment=True, download_name=name)
