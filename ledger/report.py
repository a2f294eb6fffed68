"""What a verification found: for a person, for a program, and as an exit code (§15)."""

from dataclasses import dataclass, field
from typing import Any

from ledger import errors
from ledger.errors import LedgerError
from ledger.identity import Identity

GOOD, USAGE, UNKNOWN, INCOMPLETE = 0, 2, 10, 9
EXIT_CODES: tuple[tuple[type[LedgerError], int], ...] = (
    (errors.MalformedError, 3),
    (errors.SignatureError, 4),
    (errors.ProofError, 5),
    (errors.ForkError, 6),
    (errors.RuleError, 7),
    (errors.BalanceError, 8),
    (errors.IncompleteError, INCOMPLETE),
    (errors.StoreError, 11),
)
VERDICTS = {GOOD: "good", UNKNOWN: "good as far as it goes", INCOMPLETE: "incomplete"}


def exit_code(problem: LedgerError) -> int:
    """The exit code of a refusal."""
    return next(code for family, code in EXIT_CODES if isinstance(problem, family))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader should know; `step` is the number in docs/ledger-format.md."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Cover:
    """A fund's identity, and its cash less what its points could cost, in fen."""

    identity: Identity
    fen_per_point_max: int
    cash_available_fen: int
    cover_fen: int


@dataclass(slots=True)
class Report:
    """The outcome so far. `failure` ends a verification; `incomplete` and findings do not."""

    origin: str = ""
    size: int = 0
    root: str = ""
    entries: int = 0
    signatures: bool = True
    failure: LedgerError | None = None
    step: str = ""
    at_entry: int | None = None
    incomplete: list[str] = field(default_factory=list)
    unknown_moved: bool = False
    findings: list[Finding] = field(default_factory=list)
    funds: list[Cover] = field(default_factory=list)
    predecessors: list["Report"] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """The exit code of §15, the worst of the book and its predecessors."""
        if self.failure is not None:
            return exit_code(self.failure)
        for report in self.predecessors:
            if report.exit_code not in (GOOD, UNKNOWN, INCOMPLETE):
                return report.exit_code
        codes = {report.exit_code for report in self.predecessors}
        if self.incomplete or INCOMPLETE in codes:
            return INCOMPLETE
        return UNKNOWN if self.unknown_moved or UNKNOWN in codes else GOOD

    def find(self, step: str, text: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(step, text))

    def as_json(self) -> dict[str, Any]:
        """The report as an object of strings, numbers and lists."""
        failure = self.failure
        return {
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "entries_read": self.entries,
            "signatures_checked": self.signatures,
            "exit_code": self.exit_code,
            "verdict": self.verdict,
            "failure": failure and {"code": failure.code, "sentence": str(failure)},
            "step": self.step,
            "at_entry": self.at_entry,
            "incomplete": self.incomplete,
            "findings": [{"step": each.step, "text": each.text} for each in self.findings],
            "funds": [
                {
                    **each.identity._asdict(),
                    "fen_per_point_max": each.fen_per_point_max,
                    "cash_available_fen": each.cash_available_fen,
                    "cover_fen": each.cover_fen,
                }
                for each in self.funds
            ],
            "predecessors": [report.as_json() for report in self.predecessors],
        }

    @property
    def verdict(self) -> str:
        """The outcome in a word or two."""
        return VERDICTS.get(self.exit_code, "refused")

    def lines(self) -> list[str]:
        """The report for a person, line by line."""
        lines = []
        if self.origin:
            lines.append(
                f"{self.origin}: {self.entries} of {self.size} entries read, root {self.root}"
            )
        if not self.signatures:
            lines.append("  entry signatures were left out (--fast)")
        for cover in self.funds:
            lines += _fund_lines(cover)
        lines += [f"  {each.step}: {each.text}" for each in self.findings]
        lines += [f"  incomplete: {text}" for text in self.incomplete]
        if self.failure is not None:
            where = "" if self.at_entry is None else f" at entry {self.at_entry}"
            lines.append(f"  {self.step}{where} {self.failure.code}: {self.failure}")
        for report in self.predecessors:
            lines += [f"  {line}" for line in report.lines()]
        lines.append(f"{self.verdict.upper()}: {self.origin or 'no book'}")
        return lines


def _fund_lines(cover: Cover) -> list[str]:
    each = cover.identity
    return [
        f"  fund {each.fund}: issued {each.issued} - expired {each.expired} - settled "
        f"{each.settled} + corrections {each.corrections} + opened {each.opened} + other "
        f"{each.other} = wallets {each.wallets} + receivables {each.receivables} centipoints",
        f"  fund {each.fund}: cash {cover.cash_available_fen} fen - {each.outstanding} centipoints "
        f"x {cover.fen_per_point_max} fen = cover {cover.cover_fen} fen",
    ]
