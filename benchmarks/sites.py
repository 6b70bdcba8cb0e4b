"""Benchmark: whole honest sites, each a pinned commit of a public repository, hunted and scanned by ``yara -r -p 2``.

usage: python -m benchmarks.sites MIRRORS --rules RULES.yar … [--scratch FOLDER] [--only NAME …] [--also FOLDER …]
       python -m benchmarks.sites --smoke

``MIRRORS`` has one bare git folder for each repository of ``sites.tsv``: ``owner+name/repo``. The files are laid out
once in the scratch folder; nothing in them is executed or changed. ``--also`` adds folders of other files, such as a
flat corpus. Whole process trees are measured by their CPU time, hunt and yara in the same run; the ratios are printed
as a Markdown table, with their median over the sites.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.layout import lay_out, load_sites
from benchmarks.scan import smoke_tree
from benchmarks.whole_processes import Cost, compile_package, cost_of, hunt_command, yara_command

_HEAD = "| tree | files | hunt, CPU s | of it system | peak MiB | yara, CPU s | ratio |\n|---|---|---|---|---|---|---|"


def measured(folder: Path, rules: Sequence[Path], options: Sequence[str] = ()) -> tuple[Cost, Cost | None]:
    """Return the costs of a hunt through a folder and of yara, without rules only the first."""
    with tempfile.TemporaryDirectory() as scratch:
        theirs = cost_of(yara_command(rules, folder)) if rules else None
        return cost_of(hunt_command(folder, Path(scratch) / "report.jsonl", *options)), theirs


def row(name: str, folder: Path, ours: Cost, theirs: Cost | None) -> str:
    """Return a row of the table."""
    files = sum(path.is_file() for path in folder.rglob("*"))
    cells = [name, f"{files:,}", f"{ours.cpu_s:.1f}", f"{ours.system_s:.1f}", f"{ours.peak_mib:.0f}"]
    cells += [f"{theirs.cpu_s:.2f}", f"{ours.cpu_s / theirs.cpu_s:.1f}"] if theirs else ["", ""]
    return f"| {' | '.join(cells)} |"


def print_ratios(
    trees: Sequence[tuple[str, Path]], rules: Sequence[Path], options: Sequence[str], *, sites: int = 0
) -> int:
    """Print the table of some trees, and the median and the largest ratio of those that are sites, the first ones."""
    compile_package()
    print(_HEAD, flush=True)
    ratios = []
    for name, folder in trees:
        ours, theirs = measured(folder, rules, options)
        print(row(name, folder, ours, theirs), flush=True)
        ratios += [ours.cpu_s / theirs.cpu_s] if theirs else []
    if ratios[:sites]:
        print(f"sites: median {statistics.median(ratios[:sites]):.1f}, worst {max(ratios[:sites]):.1f}")
    return 0


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mirrors", type=Path, nargs="?", help="the bare mirrors of the repositories in sites.tsv")
    parser.add_argument("--rules", type=Path, nargs="+", default=[], metavar="FILE", help="rule files for yara")
    parser.add_argument("--scratch", type=Path, help="where the files are laid out, and stay (default: a new folder)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="some of the sites")
    parser.add_argument("--also", type=Path, nargs="+", default=[], metavar="FOLDER", help="folders of other files")
    parser.add_argument("--jobs", default="2", help="processes of the hunt")
    parser.add_argument("--smoke", action="store_true", help="a small tree of its own, to prove that it runs")
    options = parser.parse_args()
    if (options.mirrors is None) != options.smoke:
        parser.error("name the folder of the mirrors, or --smoke")
    jobs = ["--jobs", options.jobs]
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.scratch or Path(temporary)
        if options.smoke:
            smoke_tree(scratch / "smoke")
            return print_ratios([("smoke", scratch / "smoke")], options.rules, jobs)
        sites = [site for site in load_sites() if options.only is None or site.name in options.only]
        trees = [(site.name, lay_out(options.mirrors, site, scratch)) for site in sites]
        trees += [(folder.name, folder) for folder in options.also]
        return print_ratios(trees, options.rules, jobs, sites=len(sites))


if __name__ == "__main__":
    sys.exit(main())
