"""Watch: tells a listener about the progress of a hunt, and ends the hunt on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from webshellhunt.model.places import Root
from webshellhunt.model.progress import Cancel, OnProgress, Progress, Stage
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Examination

T = TypeVar("T")


class Cancelled(KeyboardInterrupt):
    """The caller cancelled the hunt; it ends as by Ctrl-C."""


class CallbackFailed(Exception):  # noqa: N818 - it never reaches the caller
    """A function of the caller raised an error, which is the cause; the text names the function and the error."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f"the function for {name}, of the caller, failed ({type(error).__name__}: {error})")


class Watch:
    """The progress of one hunt; it calls the functions of the caller in the thread of the hunt.

    ``on_progress``: called at the start of each stage, after each file and after some logs. ``cancel``: called before
    each file, and after some logs; the hunt ends once it returns True.
    """

    def __init__(self, on_progress: OnProgress | None = None, cancel: Cancel | None = None) -> None:
        self._on_progress = on_progress
        self._cancel = cancel
        self._now: Progress = Progress(Stage.SURVEY)
        self._roots: dict[str, str] = {}
        self._last: tuple[str | None, str] = None, ""
        self._gravest: tuple[int, int] = (Severity.INFO, Confidence.HIGH)

    @property
    def is_watched(self) -> bool:
        """True if somebody listens to the progress."""
        return self._on_progress is not None

    @property
    def now(self) -> Progress:
        """The state of the hunt."""
        return self._now

    def check(self) -> None:
        """Raise once if the caller cancels the hunt.

        Raises:
            Cancelled: ``cancel`` returned True.
            CallbackFailed: ``cancel`` raised an error.
        """
        if self._cancel is not None and called("cancel", self._cancel):
            self._cancel = None  # A second interrupt would end the hunt without a report.
            raise Cancelled

    def start(self, stage: Stage, location: str, total: int | None = None, total_bytes: int | None = None) -> None:
        """Tell that a stage starts."""
        self._tell(self._first(stage, location)._replace(total=total, total_bytes=total_bytes))

    def concludes(self, location: str) -> None:
        """Tell that the last stage starts, which is not cancelled: it only sums up."""
        self._show(self._first(Stage.CONCLUSION, location))

    def _first(self, stage: Stage, location: str) -> Progress:
        """Return the state at the start of a stage: the findings stay."""
        return Progress(stage, found=self._now.found, path=location, worst=self._now.worst)

    def walks(self, roots: Iterable[Root], location: str) -> None:
        """Set the directories that are walked."""
        self._last = None, ""
        self._roots = {root.path: root.server_path or root.path or location for root in roots}

    def walked(self, files: int, size_bytes: int) -> None:
        """Set the number and the size of the files, because the walk has ended."""
        self._now = self._now._replace(total=files, total_bytes=size_bytes)

    def examined(self, examination: Examination) -> None:
        """Count a file."""
        now, subject = self._now, examination.subject
        found, worst = now.found, now.worst
        root = "" if self._on_progress is None else self._root_of(subject.entry_path or "")
        if examination.findings:
            found += examination.is_reported
            gravest = max((each.severity, each.confidence) for each in examination.findings)
            worst = subject.path if gravest > self._gravest else worst
            self._gravest = max(gravest, self._gravest)
        done, done_bytes = now.done + 1, now.done_bytes + (subject.size_bytes or 0)
        self._tell(Progress(now.stage, done, now.total, found, root, subject.path, done_bytes, now.total_bytes, worst))

    def read(self, logs: int, size_bytes: int, path: str) -> None:
        """Count logs that were read, the last of them with its path."""
        now = self._now
        self._tell(now._replace(done=now.done + logs, done_bytes=now.done_bytes + size_bytes, path=path))

    def _tell(self, now: Progress) -> None:
        self._show(now)
        self.check()

    def _show(self, now: Progress) -> None:
        self._now = now
        if self._on_progress is not None:
            on_progress = self._on_progress
            called("progress", lambda: on_progress(now))

    def _root_of(self, path: str) -> str:
        """Return the name of the deepest directory that has a path; empty if none has it."""
        holder = folder = path.rpartition("/")[0]
        if holder != self._last[0]:
            while folder and folder not in self._roots:
                folder = folder.rpartition("/")[0]
            self._last = holder, self._roots.get(folder, "")
        return self._last[1]


def called(name: str, function: Callable[[], T]) -> T:
    """Call a function of the caller, and return its result.

    Raises:
        CallbackFailed: It raised an error.
    """
    try:
        return function()
    except Exception as error:
        raise CallbackFailed(name, error) from error
