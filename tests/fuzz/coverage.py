"""Coverage: which calls an input leads to, so that inputs that lead to new ones are kept; and, at the end, which lines.

Calls are followed by ``sys.settrace`` without its lines, which makes a run slower by half; ``sys.monitoring`` of
Python 3.12, whose events of lines are switched off once they were seen, costs next to nothing and is used where it is.
Tracing each line of each run on Python 3.11 would take ten times as long as the run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FrameType
from typing import Any

_TOOL = "webshellhunt.fuzz"


class Calls:
    """Notes each call by its caller's place, on Python 3.11."""

    def __init__(self) -> None:
        self._seen = set[tuple[CodeType, int]]()
        self._new = False

    def __len__(self) -> int:
        return len(self._seen)

    def leads_on(self, work: Callable[[], object]) -> bool:
        """Do some work; return True if it made a call that none before it made.

        Raises:
            Find: The work found something.
        """
        self._new = False
        sys.settrace(self._note)
        try:
            work()
        finally:
            sys.settrace(None)
        return self._new

    def _note(self, frame: FrameType, _event: str, _argument: Any) -> None:
        caller = frame.f_back
        edge = (frame.f_code, caller.f_lasti if caller is not None else -1)
        if edge not in self._seen:
            self._seen.add(edge)
            self._new = True


class Lines:
    """Notes each line, from Python 3.12 on."""

    def __init__(self) -> None:
        self._count = 0
        self._monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self._monitoring.use_tool_id(self._monitoring.COVERAGE_ID, _TOOL)
        event = self._monitoring.events.LINE
        self._monitoring.register_callback(self._monitoring.COVERAGE_ID, event, self._note)

    def __len__(self) -> int:
        return self._count

    def leads_on(self, work: Callable[[], object]) -> bool:
        """Do some work; return True if it ran a line that none before it ran.

        Raises:
            Find: The work found something.
        """
        before = self._count
        self._monitoring.set_events(self._monitoring.COVERAGE_ID, self._monitoring.events.LINE)
        try:
            work()
        finally:
            self._monitoring.set_events(self._monitoring.COVERAGE_ID, 0)
        return self._count > before

    def _note(self, _code: CodeType, _line: int) -> object:
        self._count += 1
        return self._monitoring.DISABLE


def new_coverage() -> Calls | Lines:
    """Return the coverage that this version of Python has at a low price."""
    return Lines() if sys.version_info >= (3, 12) else Calls()


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _is_in(name: str, rooms: Iterable[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def _lines_of(rooms: Iterable[str]) -> dict[str, set[int]]:
    """Return the lines inside functions of the loaded modules of some rooms, by file."""
    found = dict[str, set[int]]()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file is None or not file.endswith(".py") or not _is_in(name.removeprefix("webshellhunt."), rooms):
            continue
        with open(file, encoding="utf-8") as stream:  # noqa: PTH123
            top = compile(stream.read(), file, "exec")
        inner = (code for code in _codes(top) if code.co_flags & 2)  # functions; classes run at import
        found[file] = {line for code in inner for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
    return found


def lines_covered(rooms: Iterable[str], works: Iterable[Callable[[], object]]) -> tuple[int, int]:
    """Return how many lines of functions of some rooms some work runs, and how many there are."""
    every = _lines_of(rooms)
    seen = {file: set[int]() for file in every}

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        lines = seen.get(frame.f_code.co_filename)
        if lines is None:
            return None
        if event == "line":
            lines.add(frame.f_lineno)
        return trace

    for work in works:
        sys.settrace(trace)
        try:
            work()
        except Exception:  # noqa: BLE001 - finds are told elsewhere
            continue
        finally:
            sys.settrace(None)
    return sum(len(every[file] & lines) for file, lines in seen.items()), sum(map(len, every.values()))
