"""The log for everybody: checkpoints and hash tiles, as a C2SP tlog-tiles client reads them."""

from functools import lru_cache
from hashlib import sha256

from flask import Blueprint, Response, request

from volunteer_credit.journal.operations.public_files import FILES_MAX, public_files
from volunteer_credit.journal.operations.published import public_bytes
from volunteer_credit.publication.rules.log_paths import PRESENT, book_and_file
from volunteer_credit.web import headers, ready
from volunteer_credit.web.auth import NOBODY, requires

NEWEST_SECONDS = 5  # how often a checkpoint may come
SOME_SECONDS = 60
FOR_EVER_SECONDS = 31_536_000

pages = Blueprint("publication_log", __name__)


@pages.get("/log/<community>/<path:name>")
@requires(NOBODY)
def file(community: str, name: str) -> Response:
    """A checkpoint or a hash tile; entries are never here."""
    number, path = book_and_file(name)
    found, data = public_bytes(community, number, path)
    if found.is_fixed and number != PRESENT:
        headers.public(FOR_EVER_SECONDS, is_immutable=True)
    else:  # without its number the same address is another book's one day
        headers.public(NEWEST_SECONDS if path == "checkpoint" else SOME_SECONDS)
    kind = "text/plain; charset=utf-8" if found.is_text else "application/octet-stream"
    response = Response(data, content_type=kind)
    response.headers["ETag"] = _tag(data)
    if not ready.CONDITIONS.isdisjoint(request.environ):
        response.make_conditional(request)
    ready.keep(public_files().unchanged(community, number, found.path, data))
    return response


@lru_cache(maxsize=FILES_MAX)  # the same bytes are handed out as long as the file is the same
def _tag(data: bytes) -> str:
    return f'"{sha256(data).hexdigest()[:32]}"'


@pages.after_request
def for_every_site(response: Response) -> Response:
    """Let a verifier in any page read this, also that something is not there."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
