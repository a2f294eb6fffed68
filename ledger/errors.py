"""The error tree of the book. Every refusal is one class with one stable code.

    LedgerError
    ├── MalformedError      bytes that are not what the format says
    ├── SignatureError      a key or signature that is wrong, missing or not allowed
    ├── ProofError          a Merkle proof, tile or receipt that does not hold
    ├── ForkError           two histories where there may be one
    ├── RuleError           order, time, two persons, roles, prices, succession
    ├── BalanceError        a transfer that the accounts refuse
    ├── IncompleteError     something needed for the answer is not there
    └── StoreError          the disk, a lock or another process is in the way

A leaf class stands beside the function that raises it. It gives `code` (never changes), `en` and
`zh` (the sentence a person can act on; `{name}` is filled from the keyword arguments).
"""

from typing import ClassVar


class LedgerError(Exception):
    """What every refusal of this package is."""

    code: ClassVar[str]
    en: ClassVar[str]
    zh: ClassVar[str]

    def __init__(self, **where: object) -> None:
        self.where = where
        super().__init__(self.sentence("en"))

    def sentence(self, language: str = "en") -> str:
        """The sentence for a person, in `en` or `zh`."""
        template = self.zh if language == "zh" else self.en
        facts = {
            name: fact.sentence(language) if isinstance(fact, LedgerError) else fact
            for name, fact in self.where.items()
        }
        return template.format(**facts)


class MalformedError(LedgerError):
    """Bytes that are not what docs/ledger-format.md says."""


class SignatureError(LedgerError):
    """A key or signature that is wrong, missing, unknown or not allowed here."""


class ProofError(LedgerError):
    """A Merkle proof, tile or receipt that does not hold."""


class ForkError(LedgerError):
    """Two histories where there may be only one."""


class RuleError(LedgerError):
    """An entry that is well formed and signed but breaks a rule of the book."""


class BalanceError(LedgerError):
    """A transfer that the accounts refuse (names as in TigerBeetle where it has one)."""


class IncompleteError(LedgerError):
    """Something needed for the answer is not there."""


class StoreError(LedgerError):
    """The disk, a lock or another process is in the way; nothing is wrong with the book itself."""
