"""A witness at work: cosign what `ledger.witness` allows, and speak HTTP (C2SP tlog-witness).

    POST <prefix>/add-checkpoint                        cosignature lines, or a refusal
    GET  <prefix>/<hex sha256 of the origin>/checkpoint the checkpoint that was cosigned last

The clock is handed in. `serve` is the one of `ledger.witness_server`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from ledger.cosignature import CosignatureTimestampError, Ed25519Cosigner, MldsaCosigner
from ledger.errors import LedgerError
from ledger.note import Note
from ledger.vkey import keys_by_id
from ledger.witness import (
    REQUEST_BYTES_MAX,
    TEXT_TYPE,
    LogKeys,
    Response,
    decide,
    parse_request,
    refusal,
)
from ledger.witness_server import serve
from ledger.witness_state import WitnessState
from ledger.witness_state_errors import WitnessStateForeignError

__all__ = ["Witness", "app", "serve"]

_LENGTH = re.compile(r"[0-9]{1,18}")


class Witness:
    """The keys, the state and the followed logs of one witness; threads may share it.

    Raises: WitnessStateForeignError (fork), KeyAmbiguousError (signature).
    """

    def __init__(
        self,
        state: WitnessState,
        cosigners: Sequence[Ed25519Cosigner | MldsaCosigner],
        logs: LogKeys,
    ) -> None:
        if state.keys != {cosigner.verifier_key for cosigner in cosigners}:
            raise WitnessStateForeignError(folder=state.folder)
        for keys in logs.values():
            keys_by_id(keys)
        self.state = state
        self._cosigners = tuple(cosigners)
        self._logs = logs

    def add_checkpoint(self, body: bytes, now_seconds: int) -> Response:
        """Answer a submitted checkpoint; the cosignature goes out after the state is on the disk.

        Raises: CosignatureTimestampError (signature), MldsaUnavailableError (incomplete), and as
        `WitnessState.turn` and `Turn.keep`; then nothing was cosigned.
        """
        if now_seconds < 1:
            name = self._cosigners[0].verifier_key.name
            raise CosignatureTimestampError(name=name, timestamp=now_seconds, timestamp_min=1)
        try:
            request = parse_request(body)
        except LedgerError as error:
            return refusal(error)
        # Who cannot sign for a followed log never makes the others wait for the lock.
        early = decide(request, self._logs, None)
        if early.status in {400, 403, 404}:
            return early
        with self.state.turn(request.head.origin) as turn:
            decision = decide(request, self._logs, turn.last)
            head = decision.checkpoint
            if head is None:
                return decision
            lines = tuple(cosigner.cosign(head, now_seconds) for cosigner in self._cosigners)
            turn.keep(Note(head.text(), (*decision.lines, *lines)).encode())
        return Response(200, TEXT_TYPE, b"".join(line.encode() for line in lines))


def app(witness: Witness, clock: Callable[[], int], prefix: str = "") -> WSGIApplication:
    """Return the WSGI callable of `witness`; `clock` gives POSIX seconds, `prefix` as `/w1`."""
    submit = f"{prefix}/add-checkpoint"
    monitor = re.compile(re.escape(prefix) + "/([0-9a-f]{64})/checkpoint")

    def answer(environ: WSGIEnvironment) -> tuple[Response, dict[str, str]]:
        path = environ.get("PATH_INFO", "")
        asked = monitor.fullmatch(path)
        allowed = "POST" if path == submit else "GET"
        if asked is None and path != submit:
            return _plain(404), {}
        if environ["REQUEST_METHOD"] != allowed:
            return _plain(405), {"Allow": allowed}
        try:
            if asked is None:
                body = _body(environ)
                if isinstance(body, Response):
                    return body, {}
                return witness.add_checkpoint(body, clock()), {}
            kept = witness.state.kept(asked[1])
        except LedgerError as error:
            # A sentence may name a folder of this machine; the code is enough for a stranger.
            return Response(500, TEXT_TYPE, f"{error.code}\n".encode()), {}
        return _plain(404) if kept is None else Response(200, TEXT_TYPE, kept), {}

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response, headers = answer(environ)
        headers["Content-Type"] = response.content_type
        headers["Content-Length"] = str(len(response.body))
        start_response(_status(response.status), list(headers.items()))
        return [response.body]

    return application


def _status(status: int) -> str:
    """Return a status line as WSGI wants it."""
    return f"{status} {HTTPStatus(status).phrase}"


def _plain(status: int) -> Response:
    """Return an answer that says no more than its status."""
    return Response(status, TEXT_TYPE, f"{HTTPStatus(status).phrase}\n".encode())


def _body(environ: WSGIEnvironment) -> bytes | Response:
    """Read the body, all that was announced and at most 64 KiB, or refuse it."""
    announced = environ.get("CONTENT_LENGTH", "")
    if not announced:
        return _plain(411)
    if not _LENGTH.fullmatch(announced):
        return _plain(400)
    length = int(announced)
    if length > REQUEST_BYTES_MAX:
        return _plain(413)
    body = environ["wsgi.input"].read(length)
    return body if len(body) == length else _plain(400)
