"""Benchmark: how fast logs are read, in what memory, and the ratio to ``grep -c`` for one pattern in the same run.

usage: python -m benchmarks.logs [--mib N] [--runs N]
       python -m benchmarks.logs --smoke

It writes mixed logs of IIS and of the front end of Exchange into a temporary folder, and reads them on one core: for
all requests to any of 50 addresses, and for all rules, as a hunt does. Each reading is a process of its own; all take
turns, so that the ratios hold when the machine's speed drifts. Where a process took more than 120 MiB, or did not find
each of the requests that were written, the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.builders.log_rows import LOGGING, Request, ServerLogs
from tests.builders.log_traffic import everyday, scan
from webshellhunt.correlation.use_of_addresses import UseQuestion, UseTally
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.walk.survey import survey
from webshellhunt.logs.addresses import address_key
from webshellhunt.logs.questions import Interest
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.traffic import LogKind
from webshellhunt.scan.executors import SerialExecutor
from webshellhunt.scan.log_places import FoundLog, find_logs_in
from webshellhunt.scan.log_scan import read_logs
from webshellhunt.sources import open_source
from webshellhunt.sources.memory import MemorySource
from webshellhunt.traffic import read_traffic

PROCESS_MIB: Final = 120
"""The most memory of a process, whatever the volume of the logs."""

SUSPECTS: Final = tuple(f"/owa/auth/current/themes/resources/page{number:02}.aspx" for number in range(50))
_PATTERN: Final = "page07.aspx"
_DAY: Final = datetime(2021, 3, 3, tzinfo=UTC)
_LOG_MIB: Final = 16
_ROWS: Final = 16_000
"""The rows of a log of IIS before it is repeated; those of the front end are longer, and fewer."""


def write_logs(folder: Path, mib: int) -> int:
    """Write so much of logs, half of it of each kind, and return the number of requests for suspect addresses."""
    iis, proxy = _part("W3SVC1"), _part("HttpProxy")
    of_suspects = 0
    for number in range(max(2, -(-mib // _LOG_MIB))):
        part, name = (
            (iis, f"W3SVC1/u_ex21{number:04}.log") if number % 2 else (proxy, f"{LOGGING}/HttpProxy/Owa/{number}.LOG")
        )
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        times = max(1, min(mib, _LOG_MIB) * 2**20 // len(part))
        with path.open("wb") as log:
            for _ in range(times):
                log.write(part)
        of_suspects += times * part.count(b"/Resources/page") if number % 2 else 0
    return of_suspects


def _part(kind: str) -> bytes:
    """Return a log of one kind: users, monitoring, a scanner, and a request for each suspect address."""
    logs = ServerLogs()
    everyday(logs, _DAY, _ROWS if kind == "W3SVC1" else 0)
    scan(logs, _DAY, _ROWS // 16)
    for number, path in enumerate(SUSPECTS):
        address = path.replace("resources", "Resources")
        logs.request(Request(_DAY + timedelta(minutes=number), "POST", address, "203.0.113.77"))
    for number in range(_ROWS // 4 if kind == "HttpProxy" else 0):
        when = _DAY + timedelta(seconds=number)
        client, user = f"198.51.100.{number % 200}", f"EXAMPLE\\user{number % 90}"
        logs.proxy("Owa", Request(when, "GET", f"/owa/prem/{number % 40}/boot.js", client, user=user))
    return next(data for path, data in logs.files().items() if kind in path)


class SuspectQuestion(UseQuestion):
    """The requests for suspect addresses, and for no others."""

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return that each request for a suspect address is needed."""
        return () if address_key(path) in self.suspects else None


def read_suspects(folder: Path) -> int:
    """Return the number of requests for the suspect addresses."""
    question = SuspectQuestion((path.encode() for path in SUSPECTS), ())
    with open_source(str(folder)) as source:
        found = [each for each in find_logs_in(source, 0) if isinstance(each, FoundLog)]
        tallies = read_logs([source], found, [question], SerialExecutor()).of(0)
    uses = [each.of for each in tallies if isinstance(each, UseTally)]
    return sum(tally.requests for of in uses for asked in of.values() for tally in asked.values())


def read_with_all_rules(folder: Path) -> int:
    """Return the number of rows that were read for all rules."""
    nothing = MemorySource({}, location="no pages")
    job = Job(logs=LogOptions(paths=(str(folder),)))
    traffic = read_traffic(ExaminedHost(nothing, survey(nothing, Limits()), (), job), SerialExecutor())
    return sum(log.rows for log in traffic.logs)


READINGS: Final[Mapping[str, Callable[[Path], int]]] = {
    "requests to 50 addresses": read_suspects,
    "all rules": read_with_all_rules,
}


def read_here(name: str, folder: Path) -> None:
    """Read the logs in this process, and print the seconds, the memory and the result."""
    start = time.perf_counter()
    result = READINGS[name](folder)
    print(json.dumps({"seconds": time.perf_counter() - start, "mib": _largest_mib(), "result": result}))


def _largest_mib() -> float:
    """Return the most memory that this process had; the figure of the parent is not in it."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def read_apart(name: str, folder: Path) -> dict[str, float]:
    """Read the logs in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.logs", "--read", name, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def grep(folder: Path) -> float | None:
    """Return the seconds that ``grep -c`` takes for one pattern in all logs; ``None`` without a grep."""
    if shutil.which("grep") is None:
        return None
    files = [str(path) for path in folder.rglob("*") if path.is_file()]
    start = time.perf_counter()
    subprocess.run(["grep", "-c", "-i", "-F", _PATTERN, *files], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare(folder: Path, runs: int) -> dict[str, list[dict[str, float]]]:
    """Read in turn, and print the medians and the ratios to grep of the same run."""
    mib = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
    greps: list[float | None] = []
    done: dict[str, list[dict[str, float]]] = {name: [] for name in READINGS}
    for _ in range(runs):
        greps.append(grep(folder))
        for name in READINGS:
            done[name].append(read_apart(name, folder))
    print(f"{mib:.0f} MiB of logs, medians of {runs}")
    known = [each for each in greps if each is not None]
    if known:
        print(f"  {'grep -c -i -F, one pattern':26} {mib / statistics.median(known):7.0f} MiB/s")
    for name, results in done.items():
        speed = mib / statistics.median(each["seconds"] for each in results)
        ratios = [each["seconds"] / other for each, other in zip(results, greps, strict=True) if other is not None]
        ratio = f", {statistics.median(ratios):5.1f} times the time of grep" if ratios else ""
        print(f"  {name:26} {speed:7.0f} MiB/s, {_most(results):4.0f} MiB of memory{ratio}")
    return done


def _most(results: Sequence[Mapping[str, float]]) -> float:
    return max(each["mib"] for each in results)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mib", type=int, default=1024, help="how much of logs is written and read")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--smoke", action="store_true", help="few logs, to prove that the benchmark runs")
    parser.add_argument("--read", nargs=2, metavar=("READING", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_here(options.read[0], Path(options.read[1]))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        expected = write_logs(folder, 24 if options.smoke else options.mib)
        done = compare(folder, 1 if options.smoke else options.runs)
    counted = {each["result"] for each in done["requests to 50 addresses"]}
    if counted != {expected}:
        print(f"{expected} requests for the addresses were written; {counted} were found")
        return 1
    if any(_most(results) > PROCESS_MIB for results in done.values()):
        print(f"too much memory: a process may take {PROCESS_MIB} MiB")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
