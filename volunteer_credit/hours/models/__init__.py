"""The tables of hours: sheets as they were handed in, their lines, objections, corrections.

Times are UTC milliseconds, days are local dates YYYYMMDD. Accounts are numbers of the community's
book; what a line commits to is sealed under the volunteer's key.
"""

from typing import Annotated

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import mapped_column

CommunityId = Annotated[str, mapped_column(String(40))]
Account = Annotated[str, mapped_column(String(32))]
Id = Annotated[str, mapped_column(String(64))]
Code = Annotated[str, mapped_column(String(32))]
Digest = Annotated[str, mapped_column(String(64))]
Words = Annotated[str, mapped_column(String(500))]
Book = Annotated[int, mapped_column(default=1)]  # a number; 1 in archives without one
AtMs = Annotated[int, mapped_column(BigInteger)]
Seq = Annotated[int, mapped_column(BigInteger)]
Day = Annotated[int, mapped_column(BigInteger)]
