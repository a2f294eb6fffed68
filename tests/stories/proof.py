"""The book leaves the house: exported, verified and computed again by programs of their own."""

import io
import json
import shutil
import zipfile
from pathlib import Path

from tests.stories.cast import Cast
from tests.stories.service import COMMUNITY

GOOD, REFUSED = 0, 4
MINUTES = b'"minutes":1'


def export(cast: Cast) -> Path:
    """The supervisor asks for an export and downloads it; its folder, unpacked."""
    cast.bill.stage = "proof"
    supervisor, root = cast.supervisor.at, f"/book/{COMMUNITY}/audit"
    supervisor.fill(root)
    cast.service.job("seal")
    cast.service.job("exports")
    archive = supervisor.file(supervisor.get(root).link(r"/api/v1/books/.*/file"))
    folder = cast.service.folder / "unpacked"
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(folder)
    return folder


def book_of(folder: Path) -> Path:
    """The newest book of an export: where its checkpoint stands."""
    return max(each.parent for each in folder.rglob("checkpoint"))


def verify(cast: Cast, book: Path, code: int) -> str:
    """What the book's own verifier says of a folder; it ends with this code."""
    words = ("verify", str(book), "--policy", str(book / "policy"), "--json")
    return cast.service.alone("ledger", *words, code=code)


def recompute(cast: Cast, book: Path, code: int) -> str:
    """What the recomputation says; it ends with this code."""
    return cast.service.alone("volunteer_credit", "recompute", str(book), "--json", code=code)


def accepted(cast: Cast, book: Path) -> tuple[str, str]:
    """What both say in short, in processes of their own; both must accept the whole book."""
    verified = json.loads(verify(cast, book, GOOD))
    again = json.loads(recompute(cast, book, GOOD))
    count = sum(again["counts"].values())
    points = again["centipoints"] // 100
    assert not again["wrong"]
    assert not again["missing"]
    size = verified["size"]
    assert again["counts"]["points.corrected"] == 1, again["counts"]
    return f"ledger verify accepts {size} entries", f"{count} awards, {points} points recomputed"


def refused(cast: Cast, book: Path) -> str:
    """A copy in which one bit of one entry differs: both must refuse it, and say so."""
    copy = cast.service.folder / "copy"
    shutil.copytree(book, copy)
    bundles = (each for each in copy.glob("tile/entries/**/*") if each.is_file())
    bundle = next(each for each in bundles if MINUTES in each.read_bytes())
    data = bytearray(bundle.read_bytes())
    data[data.index(MINUTES) + len(MINUTES) - 1] ^= 2  # 1 becomes 3: it still reads
    bundle.chmod(0o600)
    bundle.write_bytes(data)
    verify(cast, copy, REFUSED)
    recompute(cast, copy, REFUSED)
    return "ledger verify refuses it, recompute refuses it"
