"""The tables of the points slice: tallies, awards, and the entries that tell of them."""

from typing import Annotated

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import mapped_column

Account = Annotated[str, mapped_column(String(32))]
CommunityId = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(64))]  # of a convention, a clause, a fund
Code = Annotated[str, mapped_column(String(32))]
Amount = Annotated[int, mapped_column(BigInteger)]
Book = Annotated[int, mapped_column(default=1)]  # a number; 1 in archives without one
AtMs = Annotated[int, mapped_column(BigInteger)]
Seq = Annotated[int, mapped_column(BigInteger)]
