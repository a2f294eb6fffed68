"""Codes as SVG: every module is where the encoder puts it. Browsers by what they say."""

import re

import pytest
import qrcode  # type: ignore[import-untyped] # has no types

from volunteer_credit.people.rules.browsers import in_app, label_of
from volunteer_credit.shared.qr import QUIET_MODULES, qr_svg

TEXT = "HTTPS://POINTS.EXAMPLE/S/ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def drawn(svg: str) -> set[tuple[int, int]]:
    """The dark modules of the last path, by column and row."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", svg)
    return {
        (x, int(y)) for start, y, count in runs for x in range(int(start), int(start) + int(count))
    }


@pytest.mark.parametrize("text", [TEXT, "1", "志愿" * 100])
def test_every_module_is_drawn(text: str) -> None:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_MODULES)
    code.add_data(text)
    code.make()
    matrix = code.get_matrix()
    dark = {(x, y) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark}
    svg = qr_svg(text, "code")
    assert drawn(svg) == dark
    assert f'viewBox="0 0 {len(matrix)} {len(matrix)}"' in svg
    assert min(x for x, _ in dark) == QUIET_MODULES


def test_the_label_is_text_and_the_content_is_nowhere_readable() -> None:
    svg = qr_svg("SECRET", '"><script>')
    assert "<script" not in svg
    assert "SECRET" not in svg
    assert "style" not in svg  # the policy refuses inline styles


@pytest.mark.parametrize(
    ("agent", "label", "app"),
    [
        ("Mozilla/5.0 (Linux; Android 14; V2) MicroMessenger/8.0.49", "Android WeChat", "WeChat"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AlipayClient/10", "iPhone Alipay", "Alipay"),
        ("Mozilla/5.0 (Windows NT 10.0) Firefox/130", "Windows", ""),
        ("curl", "", ""),
        ("", "", ""),
    ],
)
def test_a_browser_is_called_as_its_owner_would(agent: str, label: str, app: str) -> None:
    assert label_of(agent) == label
    assert in_app(agent) == app
