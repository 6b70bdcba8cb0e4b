"""Progress: the state of a running hunt, as a listener receives it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Stage(StrEnum):
    """The stage of a hunt: ``survey``, ``files``, ``witnesses``, ``logs`` or ``conclusion``, in this order.

    A stage that a job leaves out is absent. The logs may be read twice; their count then starts again.
    """

    SURVEY = "survey"
    FILES = "files"
    WITNESSES = "witnesses"
    LOGS = "logs"
    CONCLUSION = "conclusion"


class Progress(NamedTuple):
    """The state of a running hunt.

    Attributes:
        stage: The stage that runs now.
        done: The files examined so far, or the logs read so far; 0 in the other stages.
        total: The files or logs in all, or ``None`` while this is unknown: the walk and the examination run at the same
            time, so that the number of files is known only once the walk has ended.
        found: The files so far that have a finding above information. No file is judged yet.
        root: The directory that is walked, as the server names it, or as found in the source; empty outside any.
        path: The latest file or log; the location of the source at the start of a stage.
        done_bytes: The size of the files or logs in ``done``.
        total_bytes: The size of those in ``total``, or ``None`` while this is unknown.
        worst: The file so far whose finding is the gravest, the first of them; empty if none has one.

    Examples:
        >>> import webshellhunt as wsh
        >>> from webshellhunt.sources import MemorySource
        >>> def show(now: wsh.Progress) -> None:
        ...     print(now.stage.value, now.done, now.total)
        >>> report = wsh.hunt(MemorySource({"a.aspx": b"<p>"}), progress=show)
        survey 0 None
        files 0 None
        files 1 1
        witnesses 0 None
        conclusion 0 None
    """

    stage: Stage
    done: int = 0
    total: int | None = None
    found: int = 0
    root: str = ""
    path: str = ""
    done_bytes: int = 0
    total_bytes: int | None = None
    worst: str = ""


OnProgress: TypeAlias = Callable[[Progress], object]
"""A listener to the progress of a hunt; its result is ignored."""

Cancel: TypeAlias = Callable[[], bool]
"""A function that returns True once the hunt should end."""
