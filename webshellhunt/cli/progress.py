r"""Progress on standard error: on a terminal a line that is rewritten in place, elsewhere a line a minute.

::

    files: 1,234 of 5,120, 41 of 96 MB  3 with findings, worst x.aspx  210/s  0:06, about 0:18 left  C:\inetpub  y.aspx

``--verbose`` adds lines of its own.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import Final

from webshellhunt.cli.output import write_error
from webshellhunt.model.progress import Progress, Stage
from webshellhunt.model.report import Report
from webshellhunt.reports.printable import one_line
from webshellhunt.views.figures import bytes_in_words

_EVERY_S: Final = 0.1
_EVERY_S_IN_A_LOG: Final = 60.0
_LEAST_S: Final = 2.0
_LEAST_DONE: Final = 20
"""The least time and number from which a rate says something about the rest; after ``_ENOUGH_S``, any number does."""

_ENOUGH_S: Final = 10.0
_LONGEST_NAME: Final = 24

_LEAST_PATH: Final = 12

_WORDS: Final = {
    Stage.SURVEY: "looking for web directories",
    Stage.FILES: "files",
    Stage.WITNESSES: "reading file tables, shadow copies and antivirus records",
    Stage.LOGS: "logs",
    Stage.CONCLUSION: "joining the results",
}

Clock = Callable[[], float]


class ProgressLine:
    """The state of a hunt, or the number of files and the latest path; in a pipe or a file, a line a minute."""

    def __init__(self, *, quiet: bool = False, noun: str = "file", clock: Clock = time.monotonic) -> None:
        self._noun = noun
        self._shown = not quiet
        self._rewrites = sys.stderr.isatty()
        self._clock = clock
        self._began = clock()
        self._last: float | None = None if self._rewrites else self._began
        self._dirty = False
        self._stage: tuple[Stage, float] | None = None
        self._done = 0

    def __call__(self, files: int, path: str) -> None:
        """Show the count and the path, at most ten times a second."""
        if self._is_due():
            self._write(f"{files:,} {self._noun}{'s' * (files != 1)}", path)

    def show(self, now: Progress) -> None:
        """Show the state of a hunt; on a terminal ten times a second at most, and at once when a stage begins."""
        # A stage that counts from the start again, as the second pass over the logs, has a rate of its own.
        is_new = self._stage is None or self._stage[0] is not now.stage or now.done < self._done
        if is_new:
            self._stage = (now.stage, self._clock())
        self._done = now.done
        if self._is_due() or (is_new and self._shown and self._rewrites):
            self._write(self._state(now), now.path if now.done else "", now.root)

    def clear(self) -> None:
        """Erase the line."""
        if self._dirty:
            write_error(f"\r{'':<{shutil.get_terminal_size().columns - 1}}\r")
            self._dirty = False

    def _is_due(self) -> bool:
        every_s = _EVERY_S if self._rewrites else _EVERY_S_IN_A_LOG
        return self._shown and (self._last is None or self._clock() - self._last >= every_s)

    def _state(self, now: Progress) -> str:
        """Return the counts, the finds, the rate, and the time: elapsed, and remaining if the total is known."""
        elapsed_s = self._clock() - self._began
        if not now.done:
            return f"{_WORDS[now.stage]}  {duration(elapsed_s)}"
        total = "" if now.total is None else f" of {now.total:,}"
        parts = [f"{_WORDS[now.stage]}: {now.done:,}{total}{_size(now)}"]
        if now.found:
            worst = f", worst {_name(now.worst)}" if now.worst else ""
            parts.append(f"{now.found:,} with findings{worst}")
        in_stage_s = self._clock() - (self._stage[1] if self._stage is not None else self._began)
        rate = now.done / in_stage_s if in_stage_s > 0 else 0.0
        if in_stage_s >= 1:
            parts.append(f"{rate:,.0f}/s" if rate >= 1 else f"{rate * 60:,.0f}/min")
        left_s = _left_s(now, in_stage_s)
        left = "" if left_s is None else f", about {duration(left_s)} left"
        return "  ".join([*parts, f"{duration(elapsed_s)}{left}"])

    def _write(self, head: str, path: str, root: str = "") -> None:
        """Write the line; of a long path the end says more than the beginning, and a root is left out first."""
        self._last = self._clock()
        if not self._rewrites:
            write_error(f"webshellhunt: {head}  {one_line(path)}\n")
            return
        width = max(shutil.get_terminal_size().columns - 1, 1)
        name, folder = one_line(path), one_line(root)
        if folder and name.lower().startswith(folder.lower()):
            name = name[len(folder) :].lstrip("\\/")
        if folder and len(head) + len(folder) + 4 + min(len(name), _LEAST_PATH) <= width:
            head = f"{head}  {folder}"
        room = width - len(head) - 2
        line = f"{head}  {name if len(name) <= room else f'…{name[1 - room :]}'}" if room > 1 and name else head
        write_error(f"\r{line[:width]:<{width}}")
        self._dirty = True


class Details:
    """The lines of ``--verbose``: the directories as they are walked, the time of each stage, and each gap."""

    def __init__(self, line: ProgressLine, *, clock: Clock = time.monotonic) -> None:
        self._line = line
        self._clock = clock
        self._stage: tuple[Stage, float] | None = None
        self._done = 0
        self._roots: set[str] = set()

    def show(self, now: Progress) -> None:
        """Write a line when a stage ends, and when a directory begins."""
        if self._stage is None or self._stage[0] is not now.stage:
            self._end()
            self._stage = (now.stage, self._clock())
        self._done = now.done
        if now.root and now.root not in self._roots:
            self._roots.add(now.root)
            self._write(f"walking {now.root}")

    def end(self, report: Report | None) -> None:
        """Write the time of the last stage, and the gaps of a report."""
        self._end()
        self._stage = None
        for gap in () if report is None else report.gaps:
            self._write(f"not examined ({gap.code}{', matters' if gap.matters else ''}): {gap}")

    def _end(self) -> None:
        if self._stage is not None:
            stage, began = self._stage
            count = f", {self._done:,} {_WORDS[stage]}" if self._done else ""
            self._write(f"{stage.value}: {self._clock() - began:.1f} s{count}")

    def _write(self, text: str) -> None:
        self._line.clear()
        write_error(f"webshellhunt: {one_line(text)}\n")


def _size(now: Progress) -> str:
    """Return the size that is done, of the size in all if it is known; empty if no size is known."""
    if not now.done_bytes and not now.total_bytes:
        return ""
    total = "" if now.total_bytes is None else f" of {bytes_in_words(now.total_bytes)}"
    return f", {bytes_in_words(now.done_bytes)}{total}"


def _name(path: str) -> str:
    """Return the name of a file, its end if it is long."""
    name = one_line(path.replace("\\", "/").rpartition("/")[2])
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


def _left_s(now: Progress, in_stage_s: float) -> float | None:
    """Return the time until the stage ends: by size for logs, by number for files, each of which takes its time."""
    is_enough = in_stage_s >= _ENOUGH_S or (in_stage_s >= _LEAST_S and now.done >= _LEAST_DONE)
    by_size = now.stage is Stage.LOGS and bool(now.total_bytes)
    done, total = (now.done_bytes, now.total_bytes) if by_size else (now.done, now.total)
    if not is_enough or not done or total is None or total <= done:
        return None
    return (total - done) * in_stage_s / done


def duration(seconds: float) -> str:
    """Return a duration as minutes and seconds, such as ``1:05``, or with hours, such as ``2:00:09``."""
    minutes, second = divmod(int(max(0.0, seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
