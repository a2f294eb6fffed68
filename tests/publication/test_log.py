"""The public log: exactly the published bytes, for everybody, and nothing else."""

import pytest

from tests.people.make import COMMUNITY, Town
from tests.publication.make import Reader, folder_of, publish, write
from volunteer_credit.journal.rules.publication_errors import NotPublishedError
from volunteer_credit.journal.rules.published_paths import bundle_of, public_file, tree_paths
from volunteer_credit.publication.rules.log_paths import book_and_file

LOG = f"/log/{COMMUNITY}"
HASHES = "tile/0/000.p/"

REFUSED = [
    "",
    "Checkpoint",
    "checkpoint/",
    "checkpoint.p",
    "policy",
    "checkpoints",
    "checkpoints/",
    "checkpoints/01",
    "checkpoints/-1",
    "checkpoints/+1",
    "checkpoints/1 ",
    "checkpoints/\u0661",
    "checkpoints/9007199254740992",
    "checkpoints/99999999999999999",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/007",
    "tile/0/0",
    "tile/0/0000",
    "tile/0/x000/000",
    "tile/64/000",
    "tile/00/000",
    "tile/-1/000",
    "tile/0/000/",
    "tile/entries/000",
    "tile/entries/000.p/3",
    "tile/Entries/000",
    "tile//000",
    "tile/0/../0/000",
    "../checkpoint",
    "./checkpoint",
    "..",
    ".ledger/head",
    "tile/0/000.p/3\n",
    "tile\\0\\000",
    "document/" + "0" * 64,
    "state/" + "0" * 64,
]


@pytest.mark.parametrize("asked", REFUSED)
def test_no_other_spelling_and_no_other_file(asked: str) -> None:
    with pytest.raises(NotPublishedError):
        public_file(asked)


@pytest.mark.parametrize(
    ("asked", "is_fixed"),
    [
        ("checkpoint", False),
        ("checkpoints/0", False),
        ("checkpoints/9007199254740991", False),
        ("tile/0/000", True),
        ("tile/63/x001/x234/067.p/255", True),
    ],
)
def test_what_is_public_keeps_its_name(asked: str, is_fixed: bool) -> None:
    found = public_file(asked)
    assert (found.path, found.is_fixed, found.is_text) == (asked, is_fixed, not is_fixed)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("checkpoint", (0, "checkpoint")),
        ("1/checkpoint", (1, "checkpoint")),
        ("12/tile/0/000", (12, "tile/0/000")),
        ("0/checkpoint", (0, "0/checkpoint")),
        ("01/checkpoint", (0, "01/checkpoint")),
        ("1234567890/checkpoint", (0, "1234567890/checkpoint")),
    ],
)
def test_a_number_in_front_names_the_book(asked: str, found: tuple[int, str]) -> None:
    assert book_and_file(asked) == found


def test_the_paths_of_a_tree() -> None:
    assert tree_paths(0) == []
    assert tree_paths(3) == ["tile/0/000.p/3", "tile/entries/000.p/3"]
    assert tree_paths(257) == [
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/1",
    ]
    assert bundle_of(1, 257).width == 1
    for number, size in ((0, 0), (2, 512), (10**400, 257)):
        with pytest.raises(NotPublishedError):
            bundle_of(number, size)


def test_everybody_gets_what_is_published(town: Town, site: Reader) -> None:
    folder = folder_of()
    size = int((folder / "checkpoint").read_text().split("\n")[1])
    for path in ("checkpoint", f"checkpoints/{size}", f"{HASHES}{size}"):
        for address in (f"{LOG}/{path}", f"{LOG}/1/{path}"):
            found = site.get(address)
            assert (found.status_code, found.data) == (200, (folder / path).read_bytes())
            assert found.headers["Access-Control-Allow-Origin"] == "*"
            assert "Set-Cookie" not in found.headers


def test_how_long_it_may_be_kept(town: Town, site: Reader) -> None:
    size = int((folder_of() / "checkpoint").read_text().split("\n")[1])
    kept = {
        "checkpoint": "public, max-age=5",
        "1/checkpoint": "public, max-age=5",
        f"{HASHES}{size}": "public, max-age=60",  # of another book, once this one has a successor
        f"1/{HASHES}{size}": "public, max-age=31536000, immutable",
    }
    for path, wanted in kept.items():
        found = site.get(f"{LOG}/{path}")
        assert found.headers["Cache-Control"] == wanted
        again = site.get(f"{LOG}/{path}", **{"If-None-Match": found.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == wanted
    old = site.get(f"{LOG}/checkpoint").headers["ETag"]
    write(town.anna, "one more")
    publish()
    assert site.get(f"{LOG}/checkpoint", **{"If-None-Match": old}).status_code == 200


@pytest.mark.engines("sqlite")
def test_nobody_gets_anything_else(town: Town, site: Reader) -> None:
    for path in (
        *("/tile/entries/000", "/tile/entries/000.p/3", "/policy", "/tile/0/001", "/2/checkpoint"),
        *("/0/checkpoint", "/.ledger/head", "/1/.ledger/unsealed", "/%2e%2e/%2e%2e/x"),
        *("/..%2fcheckpoint", "/1//checkpoint", "/1/1/checkpoint", "/" + "9" * 5000),
    ):
        found = site.get(LOG + path)
        assert (found.status_code, found.headers["Cache-Control"]) == (404, "no-store"), path
        assert found.headers["Access-Control-Allow-Origin"] == "*", path
    assert site.get(f"{LOG}//checkpoint").status_code == 404
    assert site.post(f"{LOG}/checkpoint").status_code == 405
    assert "Access-Control-Allow-Origin" not in site.get("/verify").headers


@pytest.mark.engines("sqlite")
def test_a_community_without_a_book_has_no_log(town: Town, site: Reader) -> None:
    for community in ("nowhere", "..", ".audit", "x" * 500):
        assert site.get(f"/log/{community}/checkpoint").status_code == 404
    assert site.get("/log/city/checkpoint").status_code == 404  # not published in this test
