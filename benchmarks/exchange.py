"""Benchmark: a tree like that of an Exchange server, and how the cost of a hunt grows with the number of files.

usage: python -m benchmarks.exchange [--files N] [--rules RULES.yar …] [--scratch FOLDER]
       python -m benchmarks.exchange --growth N N … [--scratch FOLDER]
       python -m benchmarks.exchange --smoke

The tree has stock content in the folders of Exchange, of which a baseline is made first; then static files of a site,
pictures and archives, and 30 plants: harmless pages in places where no page belongs. Whole process trees are measured
by their CPU time, hunt and yara in the same run. Where not all plants are reported, the exit status is 1. With
``--growth``, hunts through trees of harmless files are compared by CPU time a file and memory; more than 15 % more
time a file in the largest tree than in the smallest, or more than 250 MiB, is exit status 1.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.archive import write_site
from benchmarks.binaries import write_binaries
from benchmarks.whole_processes import cost_of, hunt_command, yara_command

PLANTS: Final = 30
MOST_GROWTH: Final = 1.15
MOST_MIB: Final = 250

_V15: Final = "C/Program Files/Microsoft/Exchange Server/V15"
_SITE: Final = "C/inetpub/wwwroot"
_PLACES: Final = (
    f"{_SITE}/aspnet_client",
    f"{_V15}/FrontEnd/HttpProxy/owa/auth/themes",
    "C/ProgramData/store",
)
_KINDS: Final = ("js", "js", "js", "js", "css", "css", "xml", "resx", "png", "htm")
_PAGES_IN: Final = 40
"""One stock file in so many is a page."""
_WORDS: Final = (
    "function", "return", "request", "window", "document", "value", "this", "length", "response", "name", "string",
    "var", "for", "element", "item", "folder", "message", "calendar", "store", "session", "error", "type", "open",
)  # fmt: skip


def write_stock(folder: Path, files: int, noise: random.Random) -> None:
    """Write what an installation has: scripts, styles, resources, pictures, and pages."""
    for number in range(files):
        place = folder / _V15 / ("ClientAccess", "FrontEnd/HttpProxy")[number % 2] / f"area{number // 80:03}"
        place.mkdir(parents=True, exist_ok=True)
        is_page = number % _PAGES_IN == 0
        name, data = _page(number) if is_page else _static(number, noise)
        (place / name).write_bytes(data)


def _page(number: int) -> tuple[str, bytes]:
    """Return a page as products have them: a directive, controls, and a little code."""
    controls = "\n".join(f'<asp:Label ID="l{at}" runat="server" />' for at in range(number % 50))
    code = f'<% if (Request.QueryString["a"] != null) {{ Response.Write("{number}"); }} %>'
    page = f'<%@ Page Language="C#" Inherits="Microsoft.Page{number}" %>\n<html><body>{controls}{code}</body></html>\n'
    return f"page{number}.aspx", page.encode()


def _static(number: int, noise: random.Random) -> tuple[str, bytes]:
    """Return a file that browsers get: words of scripts, or what looks like a compressed picture."""
    kind = _KINDS[number % len(_KINDS)]
    size = noise.randrange(500, 30_000)
    if kind == "png":
        return f"picture{number}.png", b"\x89PNG\r\n\x1a\n" + noise.randbytes(size)
    words = " ".join(noise.choices(_WORDS, k=200))
    return f"file{number}.{kind}", f"/* {number} */ {{ {words} }};\n".encode() * (size // 1500 + 1)


def write_plants(folder: Path) -> list[str]:
    """Write harmless pages where no page belongs; return their names."""
    names = []
    for number in range(PLANTS):
        place = folder / _PLACES[number % len(_PLACES)]
        place.mkdir(parents=True, exist_ok=True)
        names.append(f"planted{number}.aspx")
        (place / names[-1]).write_text(
            f'<%@ Page Language="C#" %>\n<% Response.Write({number}); %>\n', encoding="utf-8"
        )
    return names


def write_exchange(folder: Path, files: int, baseline: Path) -> list[str]:
    """Write the tree, and a baseline of its stock; return the names of the plants."""
    noise = random.Random(2026)  # noqa: S311 - the same bytes each time
    write_stock(folder, files * 2 // 3, noise)
    make = [sys.executable, "-m", "webshellhunt", "baseline", "make", str(folder), "--output", str(baseline)]
    subprocess.run(make, check=True, capture_output=True)
    site = folder / _SITE
    for number in range(files // 3):
        place = site / f"static{number // 200:03}"
        place.mkdir(parents=True, exist_ok=True)
        name, data = _static(number, noise)
        (place / name).write_bytes(data)
    write_binaries(site / "images", pictures=max(10, files // 200), large_mib=2)
    return write_plants(folder)


def reported(report: Path, names: Sequence[str]) -> int:
    """Return how many files of some names have a finding in a report."""
    found = set()
    for line in report.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] == "verdict" and row["findings"]:
            found.add(row["path"].replace("\\", "/").rpartition("/")[2])
    return len(found.intersection(names))


def compare(scratch: Path, files: int, rules: Sequence[Path]) -> bool:
    """Measure a hunt through the tree and yara over it; return True if all plants are reported."""
    folder, baseline, report = scratch / "exchange", scratch / "stock.base", scratch / "report.jsonl"
    names = write_exchange(folder, files, baseline)
    ours = cost_of(hunt_command(folder, report, "--baseline", str(baseline)))
    count = reported(report, names)
    print(f"{files:,} files: hunt {ours.cpu_s:.1f} CPU s, largest process {ours.peak_mib:.0f} MiB")
    print(f"{count} of {len(names)} plants are reported")
    if rules:
        theirs = cost_of(yara_command(rules, folder))
        print(f"yara -r -p 2: {theirs.cpu_s:.1f} CPU s; ratio {ours.cpu_s / theirs.cpu_s:.2f}")
    return count == len(names)


def grow(scratch: Path, sizes: Sequence[int]) -> bool:
    """Measure hunts through trees of several sizes; return True if time a file and memory stay within the bounds."""
    each = []
    largest = 0.0
    empty = scratch / "empty"
    empty.mkdir()
    start_s = cost_of(hunt_command(empty, scratch / "report.jsonl")).cpu_s
    for files in sizes:
        folder = scratch / f"files{files}"
        write_site(folder, files)
        cost = cost_of(hunt_command(folder, scratch / "report.jsonl"))
        each.append((cost.cpu_s - start_s) / files)
        largest = max(largest, cost.peak_mib)
        print(f"{files:,} files: {cost.cpu_s:.1f} CPU s, {each[-1] * 1e6:.0f} µs a file, {cost.peak_mib:.0f} MiB")
    return each[-1] <= each[0] * MOST_GROWTH and largest <= MOST_MIB


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=40_000)
    parser.add_argument("--rules", type=Path, nargs="+", default=[], metavar="FILE", help="rule files for yara")
    parser.add_argument("--growth", type=int, nargs="+", metavar="N", help="numbers of files to compare")
    parser.add_argument("--scratch", type=Path, help="where the trees are written (default: the temporary folder)")
    parser.add_argument("--smoke", action="store_true", help="a few files, to prove that the benchmark runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        if options.growth:
            is_good = grow(Path(scratch), options.growth)
        else:
            is_good = compare(Path(scratch), 400 if options.smoke else options.files, options.rules)
    print("within the bounds" if is_good else "plants are missing, or time or memory grows")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
