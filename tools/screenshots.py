"""Take the pictures of the HTML report that the documentation shows: ``python -m tools.screenshots``.

The report is that of ``webshellhunt demo``, so that anybody with Chromium takes the same ones.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from tools.chromium import Page, chromium, find_chromium
from webshellhunt.model.report import Report
from webshellhunt.pipeline import examine, hunt
from webshellhunt.reports import render
from webshellhunt.selftest.demo import demo_source

FOLDER: Final = Path(__file__).parents[1] / "docs" / "images"
MOST_BYTES: Final = 200_000
"""The largest picture: they are part of each clone."""


MOST_TRIES: Final = 30


class Picture(NamedTuple):
    """A picture: its name, the window, and what is scrolled to its top."""

    name: str
    width: int
    height: int
    is_dark: bool = False
    is_printed: bool = False
    top: str = ""


PICTURES: Final = (
    Picture("report-light", 1120, 1040),
    Picture("report-dark", 1120, 960, is_dark=True, top="#r1-timeline"),
    Picture("report-print", 794, 1123, is_printed=True),
    Picture("report-narrow", 390, 844, top="#r1-findings"),
)


def demo() -> Report:
    """Return the report of the demo, without the time of this run."""
    with demo_source() as source:
        made = hunt(source)
    return replace(made, run=replace(made.run, started_utc=None))


def take(page: Page, picture: Picture) -> bytes:
    """Return a picture of the open page."""
    page.look(dark=picture.is_dark, width=picture.width, height=picture.height, print_=picture.is_printed)
    page.evaluate("scrollTo(0, 0)")
    margin = "13mm 12mm" if picture.is_printed else ""
    page.evaluate(f"document.body.style.padding = '{margin}'")
    if picture.top:
        page.evaluate(f"scrollTo(0, document.querySelector('{picture.top}').getBoundingClientRect().top - 56)")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.picture()


def take_inert(page: Page, picture: Picture) -> bytes:
    """Return a picture in whose bytes no detector sees a page; by chance two bytes may be ``<`` and ``%`` in EBCDIC.

    Such a picture is taken again a little larger, which changes all of its compressed bytes.
    """
    for more in range(MOST_TRIES):
        content = take(page, picture._replace(width=picture.width + more, height=picture.height + more))
        if not examine(content, path="picture.aspx").findings:
            return content
    raise SystemExit(f"{picture.name}: each picture has bytes that look like a page")


def main(arguments: Sequence[str] | None = None, make: Callable[[], Report] = demo) -> int:
    """Take the pictures, and return the exit status."""
    parser = argparse.ArgumentParser(description="Take the pictures of the HTML report for the documentation.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pictures are written")
    chosen = parser.parse_args(arguments)
    browser = find_chromium()
    if browser is None:
        print("Chromium is needed, on a system other than Windows", file=sys.stderr)
        return 2
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium(browser) as running:
        path = Path(scratch) / "report.html"
        render(make(), "html", to=path)
        page = running.page()
        page.look()
        page.open(path)
        for picture in PICTURES:
            content = take_inert(page, picture)
            if len(content) > MOST_BYTES:
                print(f"{picture.name}: {len(content):,} bytes, more than {MOST_BYTES:,}", file=sys.stderr)
                return 1
            (chosen.folder / f"{picture.name}.png").write_bytes(content)
            print(f"{picture.name}.png: {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
