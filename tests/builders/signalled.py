"""A command that gets a signal at a chosen moment: sent by the process itself, so that no load of the machine matters.

Run as a program: ``python signalled.py MOMENT SIGNAL,… TO START-METHOD IGNORED WORDS…``. Without arguments, it reads
them from standard input: each line starts a process that has loaded the package and compiled the rules before.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.abc import MetaPathFinder
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MOMENTS = ("start-up", "survey", "early", "middle", "correlation", "rendering")
MOMENTS_OF_LOGS = ("log-search", "first-reading", "evaluation", "second-reading", "correlation")
"""The moments of a hunt through pages and few logs; ``one-log`` is one within the process that reads a log."""
MIDDLE = 40
"""The examination at which the signal of the middle comes; the first one is the early one."""
_PATIENCE_S = 900
_AT_CALL = {"middle": MIDDLE, "second-reading": 2}


@dataclass(frozen=True)
class Ended:
    """How a command ended: its status, and what it wrote."""

    status: int
    out: bytes
    err: bytes
    survivors: bool


def run_signalled(
    moment: str,
    signals: list[signal.Signals],
    *words: str,
    group: bool = False,
    start_method: str = "",
    ignored: str = "",
) -> Ended:
    """Run a command that gets these signals, one after the other, at this moment.

    Args:
        moment: One of ``MOMENTS`` or ``MOMENTS_OF_LOGS``.
        signals: What is sent.
        words: The command line behind ``webshellhunt``.
        group: Whether each process of the command gets them, as from a terminal, or the first one only.
        start_method: How workers are started, if not as usual.
        ignored: The name of a signal that whoever starts the command ignores.
    """
    told = ["group" if group else "process", start_method, ignored]
    line = [moment, ",".join(each.name for each in signals), *told, *words]
    return _started(line) if start_method or moment == "start-up" else _forked(line)


def _program() -> tuple[list[str], dict[str, str]]:
    """Return the command line of this program, and its environment."""
    return [sys.executable, __file__], {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def _started(line: list[str]) -> Ended:
    """Run a command in a process that loads the package."""
    program, environment = _program()
    with subprocess.Popen(
        [*program, *line], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, env=environment
    ) as process:
        try:
            out, err = process.communicate(timeout=_PATIENCE_S)
            return Ended(process.returncode, out, err, not is_gone(process.pid))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _forked(line: list[str]) -> Ended:
    """Run a command in a process that has loaded the package."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        server = _server()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps([line, str(out), str(err)]).encode() + b"\n")
        group = int(server.stdout.readline())
        try:
            assert select.select([server.stdout], [], [], _PATIENCE_S)[0], f"{line} did not end"
            status = int(server.stdout.readline())
            return Ended(status, out.read_bytes(), err.read_bytes(), not is_gone(group))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


@lru_cache(maxsize=1)
def _server() -> subprocess.Popen[bytes]:
    """Return the process that forks the others; it ends with this one, which closes its standard input."""
    program, environment = _program()
    server = subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True, env=environment
    )
    atexit.register(server.communicate)
    return server


def is_gone(group: int) -> bool:
    """Return True if no process of a group is left, after some seconds at most."""
    for _ in range(300):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


class _Trigger:
    """Sends the signals at the n-th call."""

    def __init__(self, signals: list[signal.Signals], *, group: bool, at: int = 1) -> None:
        self._signals = signals
        self._group = group
        self._left = at
        self._owner = os.getpid()

    def __call__(self) -> None:
        self._left -= 1
        if self._left or os.getpid() != self._owner:
            return
        raised: KeyboardInterrupt | None = None
        for number in self._signals:
            try:
                (os.killpg if self._group else os.kill)(os.getpid(), number)
            except KeyboardInterrupt as interrupt:
                raised = interrupt
        if raised is not None:
            raise raised

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that counts its calls."""

        def counted(*args: Any, **kwargs: Any) -> Any:
            self()
            return function(*args, **kwargs)

        return counted


class _AtImport(MetaPathFinder):
    """Triggers when the hunt's own module is imported."""

    def __init__(self, trigger: _Trigger) -> None:
        self._trigger = trigger

    def find_spec(self, name: str, *_: object) -> None:
        """Find nothing; look at the name only."""
        if name == "webshellhunt.pipeline":
            self._trigger()


def _place(moment: str, trigger: _Trigger) -> None:
    """Put a trigger where its moment is."""
    if moment == "start-up":
        sys.meta_path.insert(0, _AtImport(trigger))
        return
    holder, name = {
        "survey": ("webshellhunt.sources.directory.DirectorySource", "list"),
        "early": ("webshellhunt.model.verdict.WorkerResult", "of"),
        "middle": ("webshellhunt.model.verdict.WorkerResult", "of"),
        "log-search": ("webshellhunt.traffic.", "find_logs"),
        "first-reading": ("webshellhunt.scan.log_scan.", "_collect"),
        "evaluation": ("webshellhunt.traffic.", "LogReview"),
        "one-log": ("webshellhunt.logs.rows.LogSearch", "run"),
        "second-reading": ("webshellhunt.scan.log_scan.", "_collect"),
        "correlation": ("webshellhunt.conclusion.", "assess"),
        "rendering": ("webshellhunt.reports.records.report_records.", "verdict_record"),
    }[moment]
    module, _, owner = holder.rpartition(".")
    target: Any = importlib.import_module(module)
    target = sys.modules[module] if not owner else getattr(target, owner)
    setattr(target, name, trigger.before(getattr(target, name)))


def _load() -> None:
    """Load what a hunt and its report need: do it once with a small host."""
    importlib.import_module("webshellhunt.cli.parsing.parser")
    for name in ("examine", "hunt"):
        importlib.import_module(f"webshellhunt.cli.{name}")
    wsh = importlib.import_module("webshellhunt")
    demo = importlib.import_module("webshellhunt.selftest.demo")
    with demo.demo_host(demo.CLEAN).source() as source:
        report = wsh.hunt(source)
    for name in ("json", "jsonl", "text"):
        wsh.render(report, name)
    gc.collect()
    gc.freeze()


def _serve() -> list[str]:
    """Fork a process for each line of standard input, and write its number and its status; return in each of them."""
    _load()
    for line in sys.stdin:
        words, *paths = json.loads(line)
        child = os.fork()
        if not child:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            for number, path in enumerate(paths, 1):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
            return list(words)
        os.write(1, b"%d\n" % child)
        os.write(1, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    sys.exit()


def _main() -> None:
    moment, names, to, start_method, ignored, *words = sys.argv[1:] or _serve()
    # Whoever runs the tests may ignore some of them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)
    if ignored:
        signal.signal(signal.Signals[ignored], signal.SIG_IGN)
    if start_method:
        import multiprocessing

        multiprocessing.set_start_method(start_method)
    signals = [signal.Signals[name] for name in names.split(",")]
    _place(moment, _Trigger(signals, group=to == "group", at=_AT_CALL.get(moment, 1)))
    sys.argv = ["webshellhunt", *words]
    from webshellhunt.cli import run

    run()


if __name__ == "__main__":
    _main()
