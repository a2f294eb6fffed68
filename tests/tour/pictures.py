"""Eight small pictures of the tour for the README: `make pictures`.

    python -m tests.tour.pictures docs/tour

A demonstration is made in a folder that goes afterwards, with a clock that is always the same.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.tour.demo import migrated, served
from tests.tour.walk import walk
from tests.web.browser import PHONE, chromium

NAMES = {
    "1-publish": "1-publish",
    "2-door": "2-scan",
    "3-close": "3-close",
    "4-approve": "4-approve",
    "5-line": "5-points",
    "6-taken": "6-shop",
    "7-thursday": "7-thursday",
    "8-broken": "8-broken",
}
BYTES_MAX = 60 * 1024
SCALE = 0.8  # of a phone's screen: small files, and still legible


def make(folder: Path, language: str = "zh") -> list[Path]:
    """Walk, and write the pictures; what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with TemporaryDirectory() as name, chromium() as browser:
        work = Path(name)
        with served(work, migrated(work)) as demo:
            context = browser.new_context(
                viewport={"width": PHONE[0], "height": PHONE[1]}, device_scale_factor=SCALE
            )
            context.add_cookies([{"name": "lang", "value": language, "url": demo.address}])
            page = context.new_page()

            def shoot(what: str) -> None:
                if what in NAMES:
                    made.append(folder / f"{NAMES[what]}.png")
                    if what != "4-approve":  # the decision stands below
                        page.evaluate("window.scrollTo(0, 0)")
                    page.screenshot(path=made[-1], animations="disabled")

            walk(page, demo.key(), shoot)
            context.close()
    return made


def main(folder: Path) -> int:
    """Write them, and say which are too large; the exit code."""
    large = [each for each in make(folder) if each.stat().st_size > BYTES_MAX]
    for each in large:
        sys.stderr.write(f"{each.name}: {each.stat().st_size} bytes\n")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
