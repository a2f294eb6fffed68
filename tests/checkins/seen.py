"""What a camera sees and a phone photographs: codes as grey pixels, a film of them, a picture."""

import struct
import zlib
from pathlib import Path

import qrcode  # type: ignore[import-untyped] # has no types

WIDTH, HEIGHT, MODULE = 640, 480, 6  # pixels
PAPER, INK = 225, 40  # no camera sees pure white and black


def pixels(text: str) -> bytes:
    """A card with this code on a grey table; for no text the table alone."""
    rows = [bytearray(b"\x80" * WIDTH) for _ in range(HEIGHT)]
    if text:
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
        code.add_data(text)
        matrix = code.get_matrix()
        side = len(matrix) * MODULE
        left, top = (WIDTH - side) // 2, (HEIGHT - side) // 2
        for y in range(side):
            line = (INK if dark else PAPER for dark in matrix[y // MODULE])
            rows[top + y][left : left + side] = b"".join(bytes([each]) * MODULE for each in line)
    return b"".join(rows)


def film(path: Path, text: str) -> Path:
    """One frame, which Chromium shows again and again as its camera's picture (Y4M, 4:2:0)."""
    colours = b"\x80" * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420\n"
    path.write_bytes(head.encode() + b"FRAME\n" + pixels(text) + colours)
    return path


def photo(text: str) -> bytes:
    """A grey PNG."""
    grey = pixels(text)
    lines = b"".join(b"\0" + grey[at : at + WIDTH] for at in range(0, len(grey), WIDTH))

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines, 1)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
