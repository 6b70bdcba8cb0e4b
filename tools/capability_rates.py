"""Count the files in which each capability is used, of pages that are known to be honest.

usage: python -m tools.capability_rates FOLDER…
       python -m tools.capability_rates --table

Prints a table: the capability, and how many files of ASP.NET and of classic ASP use it, of how many. A use is what
``capabilities.toml`` lists; detectors look at what the call is given as well, so that a rule finds fewer. The figures
of docs/explanation/capabilities.md were made with it; ``--table`` prints the table of that page.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from webshellhunt.analysis.capabilities import capabilities
from webshellhunt.model.limits import Limits
from webshellhunt.scan.blob import blob_of
from webshellhunt.scan.readings import readings_of
from webshellhunt.views.sample import Sample

CLASSIC = frozenset({".asp", ".asa", ".cer", ".cdx", ".inc"})
ASPNET = frozenset({".aspx", ".ascx", ".ashx", ".asmx", ".asax", ".master", ".cshtml", ".vbhtml", ".svc"})
_PLACES = {"aspnet": "ASP.NET", "classic": "classic", "code_behind": "code-behind", "others": "other sites"}


def capabilities_of(data: bytes, path: str) -> frozenset[str]:
    """Return the names of the capabilities that the code of one page uses."""
    blob = blob_of(data, path, Limits())
    sample = Sample(blob.artifact(readings_of(blob.content, path)[0]), blob.content)
    try:
        return frozenset(name for layer in sample.layers for code in layer.codes for name in code.analysis.uses)
    finally:
        sample.close()


def table_rows() -> Iterator[str]:
    """Yield the rows of the table in docs/explanation/capabilities.md."""
    for name, each in capabilities().items():
        honest = "; ".join(f"{_PLACES.get(kind, kind)}: {rate}" for kind, rate in each.honest.items())
        cells = (f"`{name}`", each.says, each.aspnet, each.classic, each.code_behind, each.compiled, honest)
        yield f"| {' | '.join(cells)} |"


def _of_file(path: Path) -> tuple[bool, frozenset[str]]:
    return path.suffix.lower() in CLASSIC, capabilities_of(path.read_bytes(), path.name)


def _pages(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in sorted(folder.rglob("*")) if p.suffix.lower() in CLASSIC | ASPNET and p.is_file())


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    parser.add_argument("--table", action="store_true", help="print the table of the page of the docs")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    arguments = parser.parse_args(argv)
    if arguments.table:
        print("\n".join(table_rows()))
        return 0
    used, pages = Counter[tuple[str, bool]](), Counter[bool]()
    with ProcessPoolExecutor(arguments.jobs) as executor:
        for is_classic, names in executor.map(_of_file, _pages(arguments.folders), chunksize=50):
            pages[is_classic] += 1
            used.update((name, is_classic) for name in names)
    print(f"capability\tASP.NET, of {pages[False]}\tclassic ASP, of {pages[True]}")
    for name in sorted({name for name, _ in used}):
        print(f"{name}\t{used[name, False]}\t{used[name, True]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
