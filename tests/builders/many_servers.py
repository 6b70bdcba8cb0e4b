"""Many small servers on disk, made at run time, and reports without the times of their hunts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tests.reports.cases import SHELL
from webshellhunt.model.report import Report, Run

PAGES = 6


def make_servers(top: Path, count: int) -> list[tuple[str, str]]:
    """Make so many servers below a folder, each third with a shell, and return their names and locations."""
    made: list[tuple[str, str]] = []
    for number in range(count):
        folder = top / f"case-{number:03}"
        pages = folder / "inetpub" / "wwwroot"
        pages.mkdir(parents=True)
        for page in range(PAGES):
            (pages / f"p{page}.aspx").write_text(f'<%@ Page Language="C#" %><p>{number % 4} {page}</p>')
        if number % 3 == 0:
            (pages / "x.aspx").write_text(SHELL)
        made.append((f"EXCH{number:03}", str(folder)))
    return made


def timeless(reports: Iterable[Report]) -> list[Report]:
    """Return reports without the times of their hunts."""
    return [replace(each, run=replace(each.run, started_utc=Run().started_utc)) for each in reports]
