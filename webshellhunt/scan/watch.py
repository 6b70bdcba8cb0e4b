"""Watch: tells a listener about the progress of a hunt, and ends the hunt on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from webshellhunt.model.places import Root
from webshellhunt.model.progress import Cancel, OnProgress, Progress, Stage
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

    Args:
        on_progress: Called at the start of each stage, after each file and after some logs.
        cancel: Called before each file, and after some logs; the hunt ends once it returns True.
    """

    def __init__(self, on_progress: OnProgress | None = None, cancel: Cancel | None = None) -> None:
        self._on_progress = on_progress
        self._cancel = cancel
        self._now: Progress = Progress(Stage.SURVEY)
        self._roots: dict[str, str] = {}

    def check(self) -> None:
        """Raise once if the caller cancels the hunt.

        Raises:
            Cancelled: ``cancel`` returned True.
            CallbackFailed: ``cancel`` raised an error.
        """
        if self._cancel is not None and _called("cancel", self._cancel):
            self._cancel = None  # A second interrupt would end the hunt without a report.
            raise Cancelled

    def start(self, stage: Stage, location: str, total: int | None = None) -> None:
        """Tell that a stage starts."""
        self._tell(Progress(stage, total=total, found=self._now.found, path=location))

    def concludes(self, location: str) -> None:
        """Tell that the last stage starts, which is not cancelled: it only sums up."""
        self._show(Progress(Stage.CONCLUSION, found=self._now.found, path=location))

    def walks(self, roots: Iterable[Root], location: str) -> None:
        """Set the directories that are walked."""
        self._roots = {root.path: root.server_path or root.path or location for root in roots}

    def walked(self, files: int) -> None:
        """Set the number of files, because the walk has ended."""
        self._now = self._now._replace(total=files)

    def examined(self, examination: Examination) -> None:
        """Count a file."""
        now, subject = self._now, examination.subject
        root = "" if self._on_progress is None else self._root_of(subject.entry_path or "")
        found = now.found + examination.is_reported
        self._tell(now._replace(done=now.done + 1, found=found, root=root, path=subject.path))

    def read(self, logs: int, path: str) -> None:
        """Set the number of logs that were read."""
        self._tell(self._now._replace(done=logs, path=path))

    def _tell(self, now: Progress) -> None:
        self._show(now)
        self.check()

    def _show(self, now: Progress) -> None:
        self._now = now
        if self._on_progress is not None:
            on_progress = self._on_progress
            _called("progress", lambda: on_progress(now))

    def _root_of(self, path: str) -> str:
        """Return the name of the deepest directory that has a path; empty if none has it."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._roots:
                return self._roots[folder]
        return self._roots.get("", "")


def _called(name: str, function: Callable[[], T]) -> T:
    """Call a function of the caller.

    Raises:
        CallbackFailed: It raised an error.
    """
    try:
        return function()
    except Exception as error:
        raise CallbackFailed(name, error) from error
