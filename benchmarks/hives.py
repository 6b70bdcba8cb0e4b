"""Benchmark: how long every key and value of a large SOFTWARE hive takes, and in what memory.

usage: python -m benchmarks.hives [--classes N]
       python -m benchmarks.hives --smoke

It makes a hive of 100 MB (110,000 COM classes and 300 tasks), and reads it from a folder and from a ZIP archive. Each
step is a process of its own. Where reading took more than 10 seconds of CPU time or 250 MiB, or missed a value, the
exit status is 1. A hunt reads a small part of such a hive.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.builders.hive import HiveTree, Written, build_hive
from webshellhunt.host.machine.registry_hives import iter_hives
from webshellhunt.host.machine.volumes import HostPaths, find_volumes
from webshellhunt.model.findings import Gap
from webshellhunt.sources import open_source

MOST_SECONDS: Final = 10
MOST_MIB: Final = 250
_PLACE: Final = "C/Windows/System32/config/SOFTWARE"
_WHEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_VALUES_OF_CLASS: Final = 5


def make_hive(classes: int) -> bytes:
    """Return a hive with so many classes."""
    dice = random.Random(1)  # noqa: S311 - the same hive each time

    def guid() -> str:
        return f"{{{uuid.UUID(int=dice.getrandbits(128))}}}".upper()

    tree: dict[str, HiveTree] = {
        guid(): Written(
            _WHEN,
            {
                "": f"Class {number} of a product",
                "InprocServer32": {"": f"C:\\Windows\\System32\\x{number % 900}.dll", "ThreadingModel": "Both"},
                "ProgID": {"": f"Product.Class.{number}"},
                "TypeLib": {"": guid()},
            },
        )
        for number in range(classes)
    }
    tasks: HiveTree = {guid(): {"Path": f"\\Task{number}", "Actions": dice.randbytes(200)} for number in range(300)}
    schedule: HiveTree = {"CurrentVersion": {"Schedule": {"TaskCache": {"Tasks": tasks}}}}
    return build_hive({"Classes": {"CLSID": tree}, "Microsoft": {"Windows NT": schedule}})


def read_here(location: str) -> None:
    """Read each value of each key of the hives in a location, and print the figures."""
    gaps: list[Gap] = []
    values = 0
    started = time.process_time()
    with open_source(location) as source:
        volumes, _ = find_volumes(source)
        for found in iter_hives(HostPaths(source, volumes), gaps):
            keys = found.registry.iter_below(found.registry.root)
            values += sum(1 for key in keys for _ in found.registry.iter_values(key))
    seconds = time.process_time() - started
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"values": values, "seconds": seconds, "mib": mib, "gaps": [gap.reason for gap in gaps]}))


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classes", type=int, default=110_000)
    parser.add_argument("--smoke", action="store_true", help="a small hive, to prove that the benchmark runs")
    parser.add_argument("--read", metavar="LOCATION", help=argparse.SUPPRESS)
    parser.add_argument("--write", metavar="FILE", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_here(options.read)
        return 0
    classes = 2_000 if options.smoke else options.classes
    if options.write:
        options.write.write_bytes(make_hive(classes))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder, packed = Path(scratch, "folder"), Path(scratch, "collection.zip")
        hive = folder / _PLACE
        hive.parent.mkdir(parents=True)
        _run("--classes", str(classes), "--write", str(hive))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(hive, _PLACE)
        print(f"a hive of {hive.stat().st_size / 1e6:.0f} MB")
        return max(_measure(place, classes * _VALUES_OF_CLASS + 600) for place in (folder, packed))


def _measure(location: Path, expected: int) -> int:
    told = json.loads(_run("--read", str(location)))
    print(f"{location.name}: {told['values']:,} values, {told['seconds']:.1f} s, {told['mib']:.0f} MiB {told['gaps']}")
    return int(told["values"] != expected or told["seconds"] > MOST_SECONDS or told["mib"] > MOST_MIB)


def _run(*words: str) -> str:
    command = [sys.executable, "-m", "benchmarks.hives", *words]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
