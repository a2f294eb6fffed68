"""QR codes as SVG: black on white in any colours around, drawn by runs of a row."""

from collections.abc import Iterator, Sequence

import qrcode  # type: ignore[import-untyped] # has no types
from markupsafe import Markup, escape

QUIET_MODULES = 4


def qr_svg(text: str, label: str) -> Markup:
    """A code at level M with its quiet zone. `label`: what a screen reader says of it."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_MODULES)
    code.add_data(text)
    code.make()
    matrix: Sequence[Sequence[bool]] = code.get_matrix()
    size, path = len(matrix), "".join(_runs(matrix))
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" '
        'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{0}v{0}H0z"/>'
        '<path fill="#000" d="{2}"/></svg>'
    ).format(size, escape(label), Markup(path))  # noqa: S704 - digits and letters of a path


def _runs(matrix: Sequence[Sequence[bool]]) -> Iterator[str]:
    for y, row in enumerate(matrix):
        start = None
        for x, is_dark in enumerate((*row, False)):
            if is_dark and start is None:
                start = x
            elif not is_dark and start is not None:
                yield f"M{start} {y}h{x - start}v1H{start}z"
                start = None
