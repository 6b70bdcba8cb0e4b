"""Benchmark: a hunt through an archive, compared with the same files in a folder: time, memory and verdicts.

usage: python -m benchmarks.archive [--files N] [--runs N]
       python -m benchmarks.archive --smoke

It writes harmless pages, scripts and pictures into a temporary folder (60,000 by default), and the same into a ZIP
archive and, with --tar, into a gzip-compressed tar archive. Whole processes take turns, so that the ratio holds when
the machine's speed drifts. Where the archive took more than 1.5 times the time of the folder, a process of it more than
250 MiB, or its counts differ, the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

MOST_MIB: Final = 250
"""The most memory of a process."""

MOST_RATIO: Final = 1.5
"""The most time, as a multiple of that for the folder."""

_FILES: Final = 60_000
_OF_FOLDER: Final = 60
_SAMPLE_S: Final = 0.05


class Hunted(NamedTuple):
    """One hunt: its seconds, the memory of its largest process and of all of them, and its counts."""

    seconds: float
    largest_mib: float
    all_mib: float
    counts: str


def write_site(folder: Path, files: int) -> None:
    """Write harmless files of a web site: a sixth are pages, the others scripts, styles, pictures and texts."""
    for number in range(files):
        name, data = _file(number)
        path = folder / "C" / "inetpub" / "wwwroot" / f"area{number // _OF_FOLDER:04}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _file(number: int) -> tuple[str, bytes]:
    kind = number % 6
    if kind == 0:
        page = f'<%@ Page Language="C#" %>\n<html><% Response.Write({number}); %></html>\n' + "<p>text</p>\n" * 20
        return f"page{number}.aspx", page.encode()
    if kind in (1, 2):
        return f"script{number}.js", f"function add{number}(a, b) {{ return a + b; }}\n".encode() * 30
    if kind == 3:
        return f"style{number}.css", f".a{number} {{ color: red; }}\n".encode() * 40
    if kind == 4:
        return f"picture{number}.png", b"\x89PNG\r\n\x1a\n" + number.to_bytes(4, "big") * 400
    return f"text{number}.txt", f"line {number}\n".encode() * 60


def pack(folder: Path, place: Path) -> None:
    """Write the files of a folder into an archive of the form that the name has."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if place.suffix == ".zip":
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.relative_to(folder).as_posix())
        return
    with tarfile.open(place, "w:gz", compresslevel=6) as tar:
        for path in files:
            tar.add(path, path.relative_to(folder).as_posix())


def hunt(place: Path, scratch: Path) -> Hunted:
    """Hunt through a folder or an archive in processes of their own."""
    output = scratch / "report.json"
    command = [sys.executable, "-m", "webshellhunt", "hunt", str(place), "--format", "json", "--output", str(output)]
    start = time.perf_counter()
    output.unlink(missing_ok=True)
    with subprocess.Popen([*command, "--quiet"], stdout=subprocess.DEVNULL) as process:
        memory = _Memory(process.pid)
        process.wait()
        seconds = time.perf_counter() - start
        largest, together = memory.stop()
    report = json.loads(output.read_text(encoding="utf-8"))
    return Hunted(seconds, largest, together, json.dumps(_counts(report), sort_keys=True))


def _counts(report: object) -> object:
    """Return the first object ``counts`` in a report."""
    if isinstance(report, dict):
        if "counts" in report:
            return report["counts"]
        report = list(report.values())
    if isinstance(report, list):
        return next((found for each in report if (found := _counts(each)) is not None), None)
    return None


class _Memory:
    """The memory of a process and its children, sampled; of shared pages each process has its share."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._largest: dict[int, float] = {}
        self._together = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        """Return the MiB of the largest process, and of all at the same time."""
        self._ended.set()
        self._thread.join()
        return max(self._largest.values(), default=0.0), self._together

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            together = 0.0
            for number in (self._process, *_children(self._process)):
                with suppress(OSError, ValueError):
                    self._largest[number] = _kib(Path(f"/proc/{number}/status"), "VmHWM:") / 1024
                    together += _kib(Path(f"/proc/{number}/smaps_rollup"), "Pss:") / 1024
            self._together = max(self._together, together)


def _children(process: int) -> list[int]:
    with suppress(OSError):
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        return [int(each) for each in text.split()]
    return []


def _kib(path: Path, key: str) -> int:
    lines = path.read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)


def compare(archives: Sequence[Path], folder: Path, scratch: Path, runs: int) -> bool:
    """Hunt through all forms in turn, print the figures, and return True if the archives are within the bounds."""
    found: dict[Path, list[Hunted]] = {place: [] for place in (folder, *archives)}
    for _ in range(runs):
        for place, hunts in found.items():
            hunts.append(hunt(place, scratch))
    is_good = True
    for place, hunts in found.items():
        ratio = statistics.median(a.seconds / b.seconds for a, b in zip(hunts, found[folder], strict=True))
        largest, together = max(each.largest_mib for each in hunts), max(each.all_mib for each in hunts)
        seconds = statistics.median(each.seconds for each in hunts)
        memory = f"largest process {largest:.0f} MiB, all {together:.0f} MiB"
        print(f"{place.name:12} {seconds:8.2f} s, {ratio:.2f} times the folder; {memory}")
        same = hunts[0].counts == found[folder][0].counts
        if not same:
            print(f"  other counts: {hunts[0].counts} instead of {found[folder][0].counts}")
        is_good &= same and (place.suffix != ".zip" or (ratio <= MOST_RATIO and largest <= MOST_MIB))
    return is_good


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=_FILES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tar", action="store_true", help="also a gzip-compressed tar archive")
    parser.add_argument("--smoke", action="store_true", help="a few files, to prove that the benchmark runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        top, reports = Path(scratch) / "evidence", Path(scratch) / "reports"
        reports.mkdir()
        folder = top / "site"
        write_site(folder, 300 if options.smoke else options.files)
        archives = [top / "site.zip", *([top / "site.tgz"] if options.tar or options.smoke else [])]
        for place in archives:
            pack(folder, place)
        is_good = compare(archives, folder, reports, 1 if options.smoke else options.runs)
    if options.smoke:
        return 0  # so few files show no ratio
    print("within the bounds" if is_good else f"slower than {MOST_RATIO}, more than {MOST_MIB} MiB, or other counts")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
