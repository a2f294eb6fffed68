"""Pages as a person sees them: their words, their forms, and the codes on them read by a camera."""

import re
import struct
import zlib
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import zxingcpp

MODULE_PIXELS = 6
WHITE, BLACK = 255, 0
_CODE = re.compile(r'<svg class="qr" viewBox="0 0 (\d+) .*?</svg>', re.DOTALL)
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1H")


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, and its buttons by name and value."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: set[tuple[str, str]] = field(default_factory=set)

    def put(self, name: str, value: str) -> None:
        """One more value of a field."""
        self.fields.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(given["action"], given["method"]))
        elif self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form = self.forms[-1]
        if tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            form.put(self._select, given["value"])
        elif tag == "textarea":
            self._area = given["name"]
            form.put(self._area, "")
        elif tag == "button" and "name" in given:
            form.buttons.add((given["name"], given.get("value", "")))
        elif tag == "input" and "name" in given:
            is_box = given.get("type") in ("radio", "checkbox")
            if not is_box or "checked" in given:
                form.put(given["name"], given.get("value", ""))


@dataclass
class Page:
    """An answer: its status, where it stands, and what is on it."""

    status: int
    path: str
    body: bytes

    @property
    def html(self) -> str:
        """The source."""
        return self.body.decode()

    @property
    def text(self) -> str:
        """What it says, without its tags."""
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", self.html)))

    @property
    def forms(self) -> list[Form]:
        """Its forms, in their order."""
        return self._read().forms

    @property
    def links(self) -> list[str]:
        """Where it leads."""
        return self._read().links

    def form(self, action: str, which: int = 0) -> Form:
        """The form that goes there; `which`: of several."""
        found = [each for each in self.forms if each.action == action]
        assert len(found) > which, (self.status, self.path, action, self.text[:400])
        return found[which]

    def link(self, pattern: str) -> str:
        """The first link that looks like this."""
        for each in self.links:
            if re.fullmatch(pattern, each):
                return each
        raise AssertionError((self.path, pattern, self.links))

    def find(self, pattern: str) -> str:
        """What stands in the words of the page at the group of a pattern."""
        match = re.search(pattern, self.text)
        assert match, (self.status, self.path, pattern, self.text[:600])
        return match[1]

    def codes(self) -> list[str]:
        """What a camera reads off the codes of the page, from their pictures."""
        return [read_png(png_of(each[0], int(each[1]))) for each in _CODE.finditer(self.html)]

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        return reader


def png_of(svg: str, size: int) -> bytes:
    """The picture of a code of ours, grey, of so many modules: as a screen or printer draws it."""
    wide = size * MODULE_PIXELS
    rows = [bytearray([WHITE]) * wide for _ in range(size)]
    for x, y, run in _RUN.findall(svg):
        start, end = int(x) * MODULE_PIXELS, (int(x) + int(run)) * MODULE_PIXELS
        rows[int(y)][start:end] = bytes([BLACK]) * (end - start)
    plain = b"".join((b"\0" + bytes(row)) * MODULE_PIXELS for row in rows)
    head = struct.pack(">IIBBBBB", wide, wide, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(plain)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*parts, strict=True)))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def read_png(png: bytes) -> str:
    """What a camera reads off a picture: nothing of the picture is known here but its bytes."""
    wide, tall = struct.unpack(">II", png[16:24])
    at, data = 8, b""
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    plain = zlib.decompress(data)
    grey = b"".join(plain[y * (wide + 1) + 1 : (y + 1) * (wide + 1)] for y in range(tall))
    (found,) = zxingcpp.read_barcodes(memoryview(grey).cast("B", (tall, wide)))
    return str(found.text)
