"""The tables of the people slice. `sidecar` False: made again from others, or worth nothing later.

Times are UTC milliseconds. Digests are HMAC-SHA-256 in hex under keys of this installation.
"""

from typing import Annotated

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import mapped_column

PersonId = Annotated[str, mapped_column(String(32))]
Account = Annotated[str, mapped_column(String(32))]
CommunityId = Annotated[str, mapped_column(String(40))]
Token = Annotated[str, mapped_column(String(64))]
Digest = Annotated[str, mapped_column(String(64))]
Code = Annotated[str, mapped_column(String(32))]
AtMs = Annotated[int, mapped_column(BigInteger)]
Seq = Annotated[int, mapped_column(BigInteger)]

EPHEMERAL = {"sidecar": False}
