"""Several outputs in one pass: each report goes to all of them as soon as its hunt ends, and none is kept.

A format pulls its reports from an iterator, and would ask for the second one before another format has the first.
Therefore each format has a thread of its own. The threads take turns and never run at the same time: each writes one
report and waits until the next one comes. Hunts run in the caller's thread, which also receives the signals.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TextIO

from webshellhunt.model.report import Report
from webshellhunt.reports.format_registry import Format
from webshellhunt.reports.options import Options

_TICK_S: Final = 0.2
"""The longest wait without a look at signals, which interrupt no wait on Windows."""


class Sink(NamedTuple):
    """One output: a format, the stream that it is written to, and the display options there."""

    wanted: Format
    stream: TextIO
    options: Options


def broadcast(reports: Iterable[Report], sinks: Sequence[Sink]) -> tuple[Exception | None, ...]:
    """Write each report to all sinks as soon as it comes, and return the error of each sink.

    A sink that fails gets no further report; the others get them all. An error of ``reports`` ends all sinks, which are
    incomplete then.
    """
    writers = [_Writer(sink) for sink in sinks]
    try:
        for writer in writers:
            writer.start()
        for report in reports:
            for writer in writers:
                writer.give(report)
        for writer in writers:
            writer.give(None)
    except Exception:
        for writer in writers:
            writer.abandon()
        raise
    return tuple(writer.error for writer in writers)


class _AbandonedError(Exception):
    """Ends a format whose reports don't come."""


class _Writer:
    """A format that writes in a thread of its own, only while the caller waits for it."""

    def __init__(self, sink: Sink) -> None:
        self.error: Exception | None = None
        self._sink = sink
        self._next: list[Report] = []
        self._is_abandoned = False
        self._has_ended = False
        self._turn = threading.Event()
        self._idle = threading.Event()
        # After the third signal the process ends without it.
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)

    def start(self) -> None:
        """Write everything that comes before the first report."""
        self._thread.start()
        self._await()

    def give(self, report: Report | None) -> None:
        """Write one report, or with ``None`` everything that comes after the last one."""
        if self._has_ended:
            return
        self._next = [] if report is None else [report]
        self._idle.clear()
        self._turn.set()
        self._await()
        if report is None:
            self._thread.join()

    def abandon(self) -> None:
        """End without the reports that are missing."""
        if self._thread.ident is not None:
            self._is_abandoned = True
            self.give(None)

    def _await(self) -> None:
        while not self._idle.wait(_TICK_S):
            pass

    def _run(self) -> None:
        try:
            for piece in self._sink.wanted.lines(self._reports(), self._sink.options):
                self._sink.stream.write(piece)
        except Exception as error:  # noqa: BLE001 - returned to the caller, who reports it as its own
            self.error = error
        except SystemExit:
            self.error = RuntimeError("the format ended with SystemExit")
        finally:
            self._has_ended = True  # before the turn ends: the thread itself lives on for a moment
            self._idle.set()

    def _reports(self) -> Iterator[Report]:
        while True:
            self._idle.set()
            self._turn.wait()
            self._turn.clear()
            if self._is_abandoned:
                raise _AbandonedError
            if not self._next:
                return
            yield self._next.pop()
