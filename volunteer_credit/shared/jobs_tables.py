"""The two tables of jobs. They are the city's, not a book's, and no sidecar carries them."""

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_credit.shared.db import Model

_CITY = {"class": "city", "sidecar": False}
LEASE_NAME_LENGTH = 64
ERROR_LENGTH = 80


class JobLease(Model):
    """Who may run jobs. `term` grows by one with each new owner and never shrinks."""

    __tablename__ = "job_leases"
    __table_args__ = ({"info": _CITY},)

    name: Mapped[str] = mapped_column(String(LEASE_NAME_LENGTH), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    term: Mapped[int] = mapped_column(BigInteger)
    expires_at_ms: Mapped[int] = mapped_column(BigInteger)


class JobRun(Model):
    """One period of one job: `state` is started, done or failed, by which lease and term."""

    __tablename__ = "job_runs"
    __table_args__ = (Index("job_runs_state", "job", "state"), {"info": _CITY})

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    lease: Mapped[str] = mapped_column(String(LEASE_NAME_LENGTH))
    term: Mapped[int] = mapped_column(BigInteger)
    started_at_ms: Mapped[int] = mapped_column(BigInteger)
    finished_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(ERROR_LENGTH))
