"""Signal handling: a signal that ends a command acts like Ctrl-C, so that the report so far is still written.

The first signal raises ``KeyboardInterrupt``, at once or, while a report is written, after that. The second only
prints a note, since a closing terminal or a service manager often sends two. The third ends the command without a
report.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

STATUSES = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGBREAK": 130}
"""The signals that end a command, if the system has them, and the exit status after each."""

_WAIT = b"webshellhunt: the report is being written; a third signal ends this without one\n"
_LAST = 3


class Signals:
    """The signals that this process received; ``first`` is the number of the first one."""

    def __init__(self) -> None:
        self.first: int | None = None
        self._count = 0
        self._held = False
        self._closed = False
        self._owner = os.getpid()

    def catch(self) -> None:
        """Install the handlers; an ignored signal, as after ``nohup``, stays ignored."""
        self._owner = os.getpid()
        for number in _numbers():
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self.arrive)

    def close(self) -> None:
        """Ignore every further signal, since the command ends; Python itself would die of one at its end."""
        self._closed = True
        for number in _numbers():
            if signal.getsignal(number) == self.arrive:
                signal.signal(number, signal.SIG_IGN)

    def arrive(self, number: int, _: FrameType | None = None) -> None:
        """Handle one signal.

        Raises:
            KeyboardInterrupt: It is the first one and no report is being written, or it is the third.
        """
        if self._closed or os.getpid() != self._owner:  # a worker that was just forked
            return
        self._count += 1
        self.first = number if self.first is None else self.first
        if self._count == _LAST - 1:
            with suppress(OSError):
                os.write(2, _WAIT)
        elif self._count == _LAST or (self._count == 1 and not self._held):
            raise KeyboardInterrupt

    def check(self) -> None:
        """Raise a deferred signal, or one whose exception was lost.

        Raises:
            KeyboardInterrupt: A signal has arrived.
        """
        if self.first is not None:
            raise KeyboardInterrupt

    @property
    def insisted(self) -> bool:
        """True if the third signal has arrived."""
        return self._count >= _LAST

    @property
    def status(self) -> int | None:
        """The exit status after the first signal, ``None`` if there was none."""
        return None if self.first is None else _numbers().get(self.first, STATUSES["SIGINT"])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Defer the first signal, so that the block writes its output completely."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Let signals raise inside ``held``; a deferred one raises at once."""
        before, self._held = self._held, False
        try:
            self.check()
            yield
        finally:
            self._held = before


def _numbers() -> dict[int, int]:
    """Return the exit status by the number of each signal that this system has."""
    return {getattr(signal, name): status for name, status in STATUSES.items() if hasattr(signal, name)}


SIGNALS = Signals()
"""The signals of this process's command."""


def end_workers() -> None:
    """End all worker processes at once."""
    if "multiprocessing" not in sys.modules:
        return
    from multiprocessing import active_children

    workers = active_children()
    if workers:
        import threading

        threading.excepthook = lambda _: None  # the pool's thread may report its missing workers
    for worker in workers:
        worker.kill()
