"""The witnesses of the policy file: asked for their cosignatures, believed about larger trees."""

import logging
from collections.abc import Callable

from ledger.checkpoint import Checkpoint, read_checkpoint
from ledger.errors import IncompleteError, LedgerError
from ledger.merkle import HashReader
from ledger.policy import Policy, parse_policy
from ledger.store import head_size
from ledger.tiles import TileHashes
from ledger.vkey import VerifierKey
from ledger.witness_client import Post, cosign
from ledger.witness_errors import WitnessAheadError, WitnessForkError
from ledger.witness_http import http_post
from volunteer_credit.journal import queries
from volunteer_credit.journal.rules.errors import BehindPublicationError, BookForkError
from volunteer_credit.journal.rules.head import Head
from volunteer_credit.journal.rules.seal_errors import WitnessPolicyError
from volunteer_credit.shared.db import Reader
from volunteer_credit.shared.errors import StoppedError
from volunteer_credit.shared.runtime import Runtime, current

QUIET_MS = 60_000  # how long one that does not answer is left alone

_log = logging.getLogger(__name__)


class Witnesses:
    """Whom this installation asks. `post` is the transport; tests hand in another.

    Raises: WitnessPolicyError.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.post: Post = http_post
        self.policy = _policy(runtime)
        self.places: dict[str, list[VerifierKey]] = {}
        for each in () if self.policy is None else self.policy.witnesses:
            if each.url:
                url = each.url.decode("utf-8", "replace")
                self.places.setdefault(url, []).append(each.key)
        self._clock = runtime.clock
        self._quiet_until_ms: dict[str, int] = {}

    def cosigned(
        self, data: bytes, hashes: HashReader, known_size: Callable[[], int]
    ) -> tuple[bytes, StoppedError | None]:
        """A checkpoint with all new lines that it got, and why its book must stop, if it must.

        `known_size` gives how much of the tree is signed by now: a witness may have seen it from
        another process. Whoever does not answer is a warning.
        """
        problem: StoppedError | None = None
        checkpoint = read_checkpoint(data)[0]
        for url, keys in self.places.items():
            if self._clock.monotonic_ms() < self._quiet_until_ms.get(url, 0):
                continue
            try:
                data = cosign(data, hashes, url, keys, self.post)
            except (WitnessAheadError, WitnessForkError) as refusal:
                problem = _stopped(checkpoint, refusal, known_size) or problem
            except LedgerError as refusal:
                _log.warning("%s: witness %s: %s", checkpoint.origin, keys[0].name, refusal.code)
                if isinstance(refusal, IncompleteError):
                    self._quiet_until_ms[url] = self._clock.monotonic_ms() + QUIET_MS
        return data, problem

    def signed(self, data: bytes) -> bool:
        """Whether every witness that is asked has its lines on a checkpoint."""
        names = {(line.name, line.key_id) for line in read_checkpoint(data)[1].lines}
        return all((key.name, key.key_id) in names for keys in self.places.values() for key in keys)

    def problem(self, session: Reader, head: Head) -> StoppedError | None:
        """Why a book must not be written to, as far as its witnesses say: they know more of it."""
        data = queries.newest_checkpoint(session, head)
        if data is None or not self.places:
            return None
        hashes = TileHashes(lambda path: queries.tile(session, head, path), head_size(data))
        return self.cosigned(data, hashes, lambda: head_size(data))[1]


def witnesses() -> Witnesses:
    """The witnesses of the current application."""
    return current().part(Witnesses, Witnesses)


def _policy(runtime: Runtime) -> Policy | None:
    path = runtime.settings.witness_policy_path
    if path is None:
        return None
    try:
        return parse_policy(path.read_bytes())
    except (OSError, LedgerError) as problem:
        raise WitnessPolicyError(path=path, reason=problem) from problem


def _stopped(
    checkpoint: Checkpoint,
    refusal: WitnessAheadError | WitnessForkError,
    known_size: Callable[[], int],
) -> StoppedError | None:
    names = {"origin": checkpoint.origin, "where": f"witness {refusal.where['witness']}"}
    if isinstance(refusal, WitnessForkError):
        return BookForkError(**names, size=checkpoint.size)
    size, ahead = known_size(), refusal.where["ahead"]
    if isinstance(ahead, int) and ahead <= size:
        return None
    return BehindPublicationError(**names, size=size, published=ahead)
