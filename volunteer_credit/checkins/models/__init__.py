"""The tables of the checkins slice. A community's rows know account numbers and no person.

Times are UTC milliseconds. Digests are HMAC-SHA-256 in hex under keys of this installation.
"""

from typing import Annotated

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import mapped_column

CommunityId = Annotated[str, mapped_column(String(40))]
Id = Annotated[str, mapped_column(String(32))]
Account = Annotated[str, mapped_column(String(32))]
PersonId = Annotated[str, mapped_column(String(32))]
Site = Annotated[str, mapped_column(String(8))]
Code = Annotated[str, mapped_column(String(32))]
Flags = Annotated[str, mapped_column(String(400))]
Digest = Annotated[str, mapped_column(String(64))]
Book = Annotated[int, mapped_column(default=1)]  # a number; 1 in archives without one
AtMs = Annotated[int, mapped_column(BigInteger)]
Seq = Annotated[int, mapped_column(BigInteger)]

EPHEMERAL = {"sidecar": False}
