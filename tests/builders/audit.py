"""Audit: what the package does to the machine while tests run, seen by the interpreter itself.

A hook of the interpreter (PEP 578) hears of each file that is opened for writing, each process and socket, and each
class that is unpickled. Whoever is nearest on the stack, a module of the package or a test, did it. The package may
write from few modules, may start its own worker processes, and may do nothing else of these.
"""

from __future__ import annotations

import builtins
import os
import sys
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import Final

WRITERS: Final = {
    "webshellhunt.cli.output": "the null device in place of a standard output that was closed",
    "webshellhunt.cli.report_folder": "the folder of a report",
    "webshellhunt.keeping.stores": "a collection of evidence",
    "webshellhunt.knowledge.sigma_check": "the store of pySigma, in the folder that it is told",
    "webshellhunt.many.spool": "a temporary file without a name",
    "webshellhunt.pivot.outputs": "detections for other tools",
    "webshellhunt.reports.destination": "a report",
    "webshellhunt.scan.result_cache.database": "the cache",
    "webshellhunt.scan.result_cache.key_file": "the key of the cache",
}
"""The modules of the package that write, and what."""
STARTERS: Final = {
    "webshellhunt.many.coordinator": "the processes of an executor that the caller gave",
    "webshellhunt.scan.file_scan": "the processes of an executor that the caller gave",
    "webshellhunt.scan.worker_pool": "its own workers",
}
"""The modules of the package that start processes, which hear from each other by pipes and local sockets."""
_OWN: Final = Path(__file__).resolve().parents[2]
_PACKAGE: Final = f"{_OWN / 'webshellhunt'}{os.sep}"
_TESTS: Final = f"{_OWN / 'tests'}{os.sep}"
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES: Final = frozenset(
    {
        "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.setxattr",
        "os.symlink", "os.truncate", "os.utime", "shutil.move", "sqlite3.connect", "tempfile.mkdtemp",
        "tempfile.mkstemp",
    }
)  # fmt: skip
_NEVER: Final = frozenset(
    {
        "exec", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "pty.spawn",
        "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
        "subprocess.Popen", "urllib.Request",
    }
)  # fmt: skip
_PICKLED: Final = ("webshellhunt.", "collections", "datetime", "pathlib", "tblib")
"""The beginnings of modules whose classes may be unpickled; where Dask was imported, tblib keeps errors' tracebacks."""
_ERRORS: Final = frozenset(
    name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, BaseException)
)
"""The names of Python's own errors, that may be unpickled as well."""


class Audit:
    """Hears what the package does, in this process and in those that it forks, and keeps what it must not do."""

    def __init__(self) -> None:
        self._breaches = TemporaryFile(buffering=0)  # noqa: SIM115 - as long as the process
        self._seen = 0
        self._is_busy = False

    def start(self) -> None:
        """Hear from now on; a hook can't be taken away."""
        sys.addaudithook(self._hear)

    def new_breaches(self) -> str:
        """Return what happened since the last call, a line each."""
        self._breaches.seek(self._seen)
        new = self._breaches.read()
        self._seen += len(new)
        return new.decode()

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            if not isinstance(arguments[2], int) or not arguments[2] & _WRITES:
                return
        elif event not in _CHANGES and event not in _NEVER and event not in ("os.fork", "pickle.find_class"):
            return
        if self._is_busy:
            return
        self._is_busy = True
        try:
            module = _whose(sys._getframe(1), is_direct=event == "exec")
            if module and not _is_allowed(event, arguments, module):
                os.write(self._breaches.fileno(), f"{module}: {event} {arguments!r:.300}\n".encode())
        finally:
            self._is_busy = False


def _is_allowed(event: str, arguments: tuple[object, ...], module: str) -> bool:
    if module in STARTERS:
        is_local = event in ("socket.bind", "socket.connect") and isinstance(arguments[1], (str, bytes))
        return is_local or event not in _NEVER
    if event == "open" or event in _CHANGES:
        return module in WRITERS
    if event != "pickle.find_class":
        return False
    return str(arguments[0]).startswith(_PICKLED) or (arguments[0] == "builtins" and arguments[1] in _ERRORS)


def _whose(frame: FrameType | None, *, is_direct: bool) -> str:
    """Return the module of the package that is nearest on the stack, "" if it is a test or an import.

    Code that is run counts for the package only if it ``is_direct``: libraries run code of their own, as templates are.
    """
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_PACKAGE):
            return "" if frame.f_code.co_name == "<module>" else str(frame.f_globals.get("__name__", name))
        if is_direct or name.startswith((_TESTS, "<frozen importlib")):
            return ""
        frame = frame.f_back
    return ""
