"""The tables of the fund slice: sponsors, what each fund was given, and every change of it."""

from typing import Annotated

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import mapped_column

CommunityId = Annotated[str, mapped_column(String(40))]
Id = Annotated[str, mapped_column(String(32))]
Fund = Annotated[str, mapped_column(String(64))]  # a part of an account name, such as main
Code = Annotated[str, mapped_column(String(32))]
Amount = Annotated[int, mapped_column(BigInteger)]  # centipoints or fen
AtMs = Annotated[int, mapped_column(BigInteger)]
Seq = Annotated[int, mapped_column(BigInteger)]
