"""Watch: tells a listener about the progress of a hunt, and ends the hunt on request."""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.model.places import Root
from webshellhunt.model.progress import Cancel, OnProgress, Progress, Stage
from webshellhunt.model.verdict import Examination


class Cancelled(KeyboardInterrupt):
    """The caller cancelled the hunt; it ends as by Ctrl-C."""


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
        """
        if self._cancel is not None and self._cancel():
            self._cancel = None  # A second interrupt would end the hunt without a report.
            raise Cancelled

    def start(self, stage: Stage, location: str, total: int | None = None) -> None:
        """Tell that a stage starts."""
        self._tell(Progress(stage, total=total, found=self._now.found, path=location))

    def concludes(self, location: str) -> None:
        """Tell that the last stage starts, which is not cancelled: it only sums up."""
        self._now = Progress(Stage.CONCLUSION, found=self._now.found, path=location)
        if self._on_progress is not None:
            self._on_progress(self._now)

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
        self._now = now
        if self._on_progress is not None:
            self._on_progress(now)
        self.check()

    def _root_of(self, path: str) -> str:
        """Return the name of the deepest directory that has a path; empty if none has it."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._roots:
                return self._roots[folder]
        return self._roots.get("", "")
