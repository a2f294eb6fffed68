"""The tables of the conventions slice: documents, approved versions, contracts."""

from typing import Annotated

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import mapped_column

Account = Annotated[str, mapped_column(String(32))]
CommunityId = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(64))]  # SHA-256 in hex of a document's bytes
Code = Annotated[str, mapped_column(String(32))]
Book = Annotated[int, mapped_column(default=1)]  # a number; 1 in archives without one
AtMs = Annotated[int, mapped_column(BigInteger)]
Seq = Annotated[int, mapped_column(BigInteger)]
