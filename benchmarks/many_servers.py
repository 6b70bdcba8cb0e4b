"""Benchmark: servers per hour, with one process, with two, and with two workers of Dask, one of which is killed.

usage: python -m benchmarks.many_servers [--servers N] [--pages N] [--rows N]
       python -m benchmarks.many_servers --smoke

The collections are made at run time: the described server (each tenth one the compromised one) with further pages,
static files and rows of an IIS log. The reports of all runs have to be equal, apart from their times. CPU seconds are
those of the process tree. Without Dask, its run is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.builders.host_tree import write_tree
from tests.builders.logs import row, text_log
from webshellhunt.model.traffic import LogKind
from webshellhunt.selftest.demo import CLEAN, COMPROMISED, demo_host

_PAGE: Final = """<%@ Page Language="C#" %><script runat="server">
void Page_Load(object sender, EventArgs e) {{ Label{0}.Text = Server.HtmlEncode(Request["name{0}"]); }}
</script><form runat="server"><asp:Label ID="Label{0}" runat="server" /></form>
"""
_TIMES: Final = frozenset({"started_utc", "generated_at"})


def make_servers(top: Path, servers: int, pages: int, rows: int) -> Path:
    """Make the collections below a folder, and return the list of them."""
    asked = [row(f"2021-03-03 04:{at // 60 % 60:02}:{at % 60:02}", f"/owa/p{at % 50}.aspx") for at in range(rows)]
    log = text_log(LogKind.IIS, *asked)
    lines = []
    for number in range(servers):
        folder = top / f"case-{number:04}"
        with demo_host(COMPROMISED if number % 10 == 0 else CLEAN).source() as source:
            write_tree(source, folder)
        site = folder / "C" / "inetpub" / "wwwroot" / "portal"
        site.mkdir(parents=True)
        for page in range(pages):
            (site / f"p{page}.aspx").write_text(_PAGE.format(page + number % 3))
            (site / f"p{page}.css").write_text(f"p {{ width: {page}px }}\n" * 40)
        logs = folder / "C" / "inetpub" / "logs" / "LogFiles" / "W3SVC9"
        logs.mkdir(parents=True)
        (logs / "u_ex210303.log").write_bytes(log)
        lines.append(f"EXCH{number:04}={folder}\n")
    listed = top / "list.txt"
    listed.write_text("".join(lines))
    return listed


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Return the wall and CPU seconds of some work in processes that have ended with it."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    spent, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def hunt(listed: Path, output: Path, *words: str) -> None:
    """Hunt through the list into a file and a folder of reports."""
    where = ["--output", str(output), "--reports", str(output.with_suffix(""))]
    line = [sys.executable, "-m", "webshellhunt", "hunt", "--from-list", str(listed), "--quiet", *where, *words]
    ended = subprocess.run(line, stdin=subprocess.DEVNULL)
    if ended.returncode not in (0, 1, 3):
        raise SystemExit(f"the hunt ended with status {ended.returncode}")


def hunt_on_dask(listed: Path, output: Path, kill_after: int) -> None:
    """Hunt on two workers, one of which is killed after so many reports."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        folder, ended = output.with_suffix(""), threading.Event()

        def kill() -> None:
            while not ended.wait(0.05):
                if folder.is_dir() and len(list(folder.glob("*.json"))) >= kill_after:
                    os.kill(cluster.workers[0].pid, signal.SIGKILL)
                    print(f"one worker was killed after {len(list(folder.glob('*.json')))} reports", flush=True)
                    return

        killer = threading.Thread(target=kill)
        killer.start()
        hunt(listed, output, "--dask", cluster.scheduler_address)
        ended.set()
        killer.join()


def timeless(value: Any) -> Any:  # noqa: ANN401 - a value of JSON
    """Return a value without the times of the hunt."""
    if isinstance(value, dict):
        return {name: timeless(each) for name, each in value.items() if name not in _TIMES}
    return [timeless(each) for each in value] if isinstance(value, list) else value


def main() -> int:
    """Measure, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--servers", type=int, default=100)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--smoke", action="store_true")
    chosen = parser.parse_args()
    count = 6 if chosen.smoke else chosen.servers
    runs: dict[str, Callable[[Path, Path], None]] = {
        "1 process": lambda listed, to: hunt(listed, to, "--jobs", "1"),
        "2 processes": lambda listed, to: hunt(listed, to, "--jobs", "2"),
    }
    try:
        import distributed  # noqa: F401

        runs["Dask, 2 workers, 1 killed"] = lambda listed, to: hunt_on_dask(listed, to, count // 3)
    except ImportError:
        print("Dask is not installed: its run is left out")
    with tempfile.TemporaryDirectory(prefix="webshellhunt-") as name:
        top = Path(name)
        (top / "servers").mkdir()
        listed = make_servers(top / "servers", count, 5 if chosen.smoke else chosen.pages, chosen.rows)
        files = sum(each.is_file() for each in (top / "servers" / "case-0000").rglob("*"))
        print(f"{count} servers of {files} files, {chosen.rows:,} further rows of a log each")
        outputs = []
        for number, (title, work) in enumerate(runs.items()):
            outputs.append(top / f"run{number}.jsonl")
            wall, cpu = measured(lambda work=work: work(listed, outputs[-1]))  # type: ignore[misc]
            print(f"{title}: {wall:.0f} s, CPU {cpu:.0f} s, {count * 3600 / wall:,.0f} servers per hour", flush=True)
        made = [[timeless(json.loads(line)) for line in output.read_text().splitlines()] for output in outputs]
        is_equal = all(each == made[0] for each in made)
        print("all runs have the same reports" if is_equal else "THE REPORTS DIFFER")
    return 0 if is_equal else 1


if __name__ == "__main__":
    sys.exit(main())
