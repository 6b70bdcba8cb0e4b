"""Benchmark: memory and time of a hunt do not grow with the number of files in which nothing is found.

usage: python -m benchmarks.many_files [--files N] [--smoke]

Two generated trees of small pages, scripts and texts, one ten times as large as the other, are hunted in one process
and in two. The exit status is 1 if the memory of the larger one is over 10 % larger, or its time a file over 15 %.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.whole_processes import Cost, compile_package, cost_of, hunt_command

FILES, SMOKE = 200_000, 2_000
_TIMES = 10
_FOLDER = 200
_TEXTS = {
    "html": "<p>Notice {}, of {}</p>\n",
    "aspx": '<%@ Page Language="C#" %>\n<p>Notice {}, of {}</p>\n',
    "css": "/* {} */ .n{{width:{}em}}\n",
    "txt": "Notice {}, of {}\n",
    "js": "var n{} = {};\n",
}


def write_tree(root: Path, files: int) -> Path:
    """Write small honest files of a site, some hundred in each folder; return the folder."""
    chance, kinds = random.Random(7), tuple(_TEXTS.items())  # noqa: S311
    for number in range(files):
        folder = (
            root / "inetpub" / "wwwroot" / f"site{number // (100 * _FOLDER):03}" / f"part{number // _FOLDER % 100:02}"
        )
        if number % _FOLDER == 0:
            folder.mkdir(parents=True)
        extension, text = kinds[number % len(kinds)]
        (folder / f"notice{number:07}.{extension}").write_text(text.format(number, chance.random()), encoding="ascii")
    return root


def measured(folder: Path, jobs: int) -> Cost:
    """Return the cost of a hunt through a folder."""
    with tempfile.TemporaryDirectory() as work:
        return cost_of(hunt_command(folder, Path(work) / "report.jsonl", "--jobs", str(jobs)))


def main() -> int:
    """Return 0 if memory and time a file are within their bounds."""
    parser = argparse.ArgumentParser(description="Measure memory and time of hunts through many files.")
    parser.add_argument("--files", type=int, default=FILES, help=f"files of the larger tree (default: {FILES})")
    parser.add_argument("--smoke", action="store_true", help=f"only {SMOKE} files, with no bound on the time")
    arguments = parser.parse_args()
    files = SMOKE if arguments.smoke else arguments.files
    compile_package()
    worst = 0
    with tempfile.TemporaryDirectory() as work:
        trees = [(number, write_tree(Path(work) / str(number), number)) for number in (files // _TIMES, files)]
        for jobs in (1, 2):
            (few, least), (many, most) = ((number, measured(tree, jobs)) for number, tree in trees)
            memory = most.peak_mib / least.peak_mib - 1
            time = (most.cpu_s / many) / (least.cpu_s / few) - 1
            print(
                f"{jobs} processes: {few:,} files {least.peak_mib:.0f} MiB, {many:,} files {most.peak_mib:.0f} MiB "
                f"({memory:+.1%}); CPU time a file {most.cpu_s / many * 1e6:.0f} µs ({time:+.1%})"
            )
            worst |= memory > 0.1 or (time > 0.15 and not arguments.smoke)
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
