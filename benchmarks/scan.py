"""Benchmark: how fast a folder is hunted, where the time goes, and the ratio to ``yara -r -p 2`` on the same tree.

usage: python benchmarks/scan.py FOLDER [--rules RULES.yar …] [--runs N]
       python benchmarks/scan.py --binaries [--rules RULES.yar …] [--runs N]
       python benchmarks/scan.py --smoke

Its own tree (``--binaries``, ``--smoke``) holds pictures, documents, archives, a video, libraries and a large file.
Where a process took more than 250 MiB over it, the exit status is 1.

Whole process trees are measured by their CPU time, in turn, so that the ratio holds when the machine is busy; the
stages are timed in this process, one thread. Nothing in the folder is executed or changed.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.binaries import write_binaries
from benchmarks.whole_processes import Cost, cost_of, hunt_command, yara_command
from webshellhunt.detectors import load_detectors
from webshellhunt.host.walk.survey import survey
from webshellhunt.host.walk.walk import walk
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job, Limits
from webshellhunt.scan.scanner import examine_artifact
from webshellhunt.scan.tools import tools_for
from webshellhunt.sources import open_source

WORKER_MIB = 250
"""What a process may take over files that are no pages, whatever their size."""


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def stages(folder: Path) -> dict[str, float]:
    """Return the seconds of each stage over a folder, in one thread."""
    spent = {}
    job = Job()
    spent["compile rules"] = timed(lambda: tools_for(job))
    with open_source(str(folder)) as source:
        found = []
        spent["survey"] = timed(lambda: found.append(survey(source, Limits())))
        artifacts: list[Artifact] = []
        spent["walk"] = timed(
            lambda: artifacts.extend(a for a in walk(source, found[0], Limits()) if isinstance(a, Artifact))
        )
        spent["read"] = timed(lambda: [source.read(a.entry_path, Limits().file_bytes) for a in artifacts])
        signatures = Job(detectors=False)
        tools_for(signatures)
        spent["read + signatures"] = timed(lambda: [examine_artifact(source, signatures, a) for a in artifacts])
        spent["examine"] = timed(lambda: [examine_artifact(source, job, a) for a in artifacts])
    return spent


def compare(folder: Path, rules: Sequence[str], runs: int) -> float:
    """Measure whole process trees in turn, print the medians and their ratio; return the MiB of the largest."""
    ours: list[Cost] = []
    theirs: list[Cost] = []
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(runs):
            ours.append(cost_of(hunt_command(folder, Path(scratch) / "report.jsonl")))
            if shutil.which("yara") is not None and rules:
                theirs.append(cost_of(yara_command(rules, folder)))
    files = [path for path in folder.rglob("*") if path.is_file()]
    size_mib = sum(path.stat().st_size for path in files) / 2**20
    middle = statistics.median(cost.cpu_s for cost in ours)
    peak = max(cost.peak_mib for cost in ours)
    print(
        f"hunt, whole process tree, median of {runs}: {middle:.2f} CPU s, "
        f"{len(files) / middle:.0f} files/s, {size_mib / middle:.1f} MiB/s"
    )
    print(f"largest process: {peak:.0f} MiB")
    if theirs:
        ratios = [a.cpu_s / b.cpu_s for a, b in zip(ours, theirs, strict=True)]
        print(
            f"yara -r -p 2, median: {statistics.median(cost.cpu_s for cost in theirs):.2f} CPU s; "
            f"ratio hunt / yara: {statistics.median(ratios):.2f}"
        )
    else:
        print("no ratio: the yara command or --rules is missing")
    return peak


def smoke_tree(folder: Path) -> None:
    """Write a small tree of harmless pages, and of files that are none."""
    write_binaries(folder / "images", pictures=10, large_mib=20)
    for number in range(50):
        page = f'<%@ Page Language="C#" %>\n<html><% Response.Write({number}); %></html>\n' + "<p>text</p>\n" * number
        (folder / f"page{number}.aspx").write_text(page, encoding="utf-8")
        (folder / f"script{number}.js").write_text("function add(a, b) { return a + b; }\n" * number, encoding="utf-8")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="a folder to hunt through")
    parser.add_argument("--rules", nargs="+", default=[], metavar="FILE", help="rule files for the yara command")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--smoke", action="store_true", help="a small tree of its own, to prove that the benchmark runs"
    )
    parser.add_argument("--binaries", action="store_true", help="a tree of its own, of pictures, archives and the like")
    options = parser.parse_args()
    own = options.smoke or options.binaries
    if (options.folder is None) != own:
        parser.error("name a folder, or --binaries, or --smoke")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if options.smoke:
            smoke_tree(folder)
        elif options.binaries:
            write_binaries(folder, pictures=500, large_mib=64)
        print(f"{len(load_detectors())} detectors; seconds by stage, one thread:")
        for name, spent in stages(folder).items():
            print(f"  {name:18} {spent:8.3f}")
        largest_mib = compare(folder, options.rules, 1 if options.smoke else options.runs)
    if own and largest_mib > WORKER_MIB:
        print(f"too much memory: a process may take {WORKER_MIB} MiB")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
