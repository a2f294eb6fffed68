"""The tables of the projects slice. A community's rows know account numbers and no person."""

from typing import Annotated

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import mapped_column

CommunityId = Annotated[str, mapped_column(String(40))]
Id = Annotated[str, mapped_column(String(32))]
Account = Annotated[str, mapped_column(String(32))]
Code = Annotated[str, mapped_column(String(32))]
Title = Annotated[str, mapped_column(String(60))]
Line = Annotated[str, mapped_column(String(200))]
Text = Annotated[str, mapped_column(String(1000))]
Fen = Annotated[int, mapped_column(BigInteger)]
AtMs = Annotated[int, mapped_column(BigInteger)]
