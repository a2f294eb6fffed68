"""The transport of `ledger.witness_client` over HTTP and HTTPS."""

from http.client import HTTPException
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from ledger.witness_client import Reply
from ledger.witness_errors import WitnessAnswerSizeError, WitnessUnreachableError

ANSWER_BYTES_MAX = 65_536
TIMEOUT_SECONDS = 10.0


def http_post(url: str, body: bytes, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Reply:
    """Send `body` and return the answer, whatever its status; no redirect is followed.

    The timeout is for each wait on the network, not for all of them together.
    Raises: WitnessUnreachableError (incomplete), WitnessAnswerSizeError (malformed).
    """
    opener = OpenerDirector()
    # Without the handlers of errors and redirects each status is an answer like any other.
    for handler in (ProxyHandler(), UnknownHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "ledger-witness-client"}
    try:
        request = Request(url, body, headers)  # noqa: S310 - no other scheme has a handler above
        with opener.open(request, timeout=timeout_seconds) as answer:
            read = answer.read(ANSWER_BYTES_MAX + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise WitnessUnreachableError(url=url, reason=error) from error
    if len(read) > ANSWER_BYTES_MAX:
        raise WitnessAnswerSizeError(url=url, bytes_max=ANSWER_BYTES_MAX)
    content_type, retry_after = (answer.headers.get(h, "") for h in ("Content-Type", "Retry-After"))
    return Reply(answer.status, content_type, read, retry_after)
