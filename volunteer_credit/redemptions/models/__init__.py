"""The tables of the redemptions slice. Times are UTC milliseconds, days YYYYMMDD."""

from typing import Annotated

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import mapped_column

CommunityId = Annotated[str, mapped_column(String(40))]
Id = Annotated[str, mapped_column(String(32))]
Account = Annotated[str, mapped_column(String(32))]
Code = Annotated[str, mapped_column(String(32))]
Fund = Annotated[str, mapped_column(String(64))]
Centipoints = Annotated[int, mapped_column(BigInteger)]
Book = Annotated[int, mapped_column(default=1)]  # a number; 1 in archives without one
AtMs = Annotated[int, mapped_column(BigInteger)]
Seq = Annotated[int, mapped_column(BigInteger)]
