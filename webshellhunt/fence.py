"""Fence: a crash in one step of a hunt becomes a Gap, and the hunt continues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from math import ceil
from time import monotonic
from typing import TypeVar

from webshellhunt.errors import PluginError, WebShellHuntError
from webshellhunt.model.findings import Gap

T = TypeVar("T")

_PACKAGE = __name__.partition(".")[0]


_SHARE_OF_RUNS = 0.75
OUT_OF_MEMORY = "out-of-memory"
"""The code of the gap of work that needs more memory than the process has."""
REFUSED = "input-refused"
"""The code of the gap of damaged or hostile data, which a reader refuses in words; a crash has another one."""
_MEMORY = "it needs more memory than this process may have"


class OutOfTimeError(Exception):
    """The time for the present file is over; only the fence handles it."""


class Deadline:
    """The end of the time for a file, by a monotonic clock; ``None`` seconds never end.

    Runs over code end after three quarters of it, so that the rules have time for what these have found until then.
    ``has_cut`` is true once something was left out.
    """

    def __init__(self, seconds: float | None, clock: Callable[[], float] = monotonic) -> None:
        self.has_cut: bool = False
        self._clock = clock
        self._end: float | None = None
        self._end_of_runs: float | None = None
        if seconds is not None:
            now = clock()
            self._end, self._end_of_runs = now + seconds, now + seconds * _SHARE_OF_RUNS

    @property
    def is_set(self) -> bool:
        """True if there is an end."""
        return self._end is not None

    @property
    def seconds_left(self) -> float | None:
        """The seconds until the end, 0 if it has passed; ``None`` if there is no end."""
        return None if self._end is None else max(self._end - self._clock(), 0.0)

    @property
    def has_passed(self) -> bool:
        """True if the time is over."""
        return self._end is not None and self._clock() >= self._end

    def ends_run(self) -> bool:
        """Return True if a run has to end now; its result lacks something then."""
        if self._end_of_runs is None or self._clock() < self._end_of_runs:
            return False
        self.has_cut = True
        return True

    def lift(self) -> None:
        """Remove the end, for steps that complete the findings."""
        self._end = self._end_of_runs = None


_PRESENT: ContextVar[Deadline | None] = ContextVar("present", default=None)


@contextmanager
def timed(deadline: Deadline) -> Iterator[None]:
    """Let a deadline be that of the file which is examined in this thread."""
    before = _PRESENT.set(deadline if deadline.is_set else None)
    try:
        yield
    finally:
        _PRESENT.reset(before)


def present_deadline() -> Deadline | None:
    """Return the deadline of the file that is examined in this thread; ``None`` if its time is not limited."""
    return _PRESENT.get()


def is_cut_by_time() -> bool:
    """Return True if the present file had a run that its time ended: no result of it may be kept for other files."""
    deadline = _PRESENT.get()
    return deadline is not None and deadline.has_cut


def check_time() -> None:
    """Require that the time of the present file is not over, inside work of which no part is useful alone.

    Raises:
        OutOfTimeError: It is over.
    """
    deadline = _PRESENT.get()
    if deadline is not None and deadline.has_passed:
        deadline.has_cut = True
        raise OutOfTimeError


class Fence:
    """Catches each exception of a step that works on evidence: it becomes one Gap per file and view.

    Outside of it only defects of the program itself are caught, to report them with the results so far (``pipeline``
    and the command line), and errors on their way from a worker to its future (``scan.executors``).
    """

    def __init__(self, path: str, stage: str = "examine", deadline: Deadline | None = None) -> None:
        self.path = path
        self.stage = stage
        self.gaps: list[Gap] = []
        self._views: set[str] = set()
        self._deadline = deadline or Deadline(None)
        self._is_timed: bool = self._deadline.is_set

    @property
    def is_cut(self) -> bool:
        """True if something was left out because of the deadline."""
        return self._deadline.has_cut

    def collect(self, view: str, work: Callable[[], Iterable[T]]) -> list[T]:
        """Return the items of ``work``; after a crash or the deadline, those that it had yielded before."""
        found: list[T] = []
        if self._is_late():
            return found
        try:
            found.extend(self._in_time(work()) if self._is_timed else work())
        except Exception as error:  # noqa: BLE001 - the fence: evidence must never end a hunt
            self.add_crash(view, error)
        return found

    def collect_each(
        self,
        view: str,
        works: Iterable[Callable[..., Iterable[T]]],
        views: Sequence[object] = (),
        most: int | None = None,
    ) -> list[T]:
        """Return the items that several works yield of the same views, ``most`` of each; a crash ends that one only.

        After the deadline no further one is begun.
        """
        found: list[T] = []
        for work in works:
            if self._is_late():
                break
            try:
                found.extend(islice(work(*views), most))  # keeps the items before a crash
            except Exception as error:  # noqa: BLE001 - the fence: evidence must never end a hunt
                self.add_crash(view, error, _plug_in(work))
        return found

    def each(self, view: str, work: Callable[..., Iterable[T]], *views: object) -> Iterator[T]:
        """Yield the items of ``work`` on some views, until its end or a crash."""
        try:
            yield from work(*views)
        except Exception as error:  # noqa: BLE001 - the fence: evidence must never end a hunt
            self.add_crash(view, error)

    def step(self, view: str, work: Callable[[], T], otherwise: T) -> T:
        """Return the result of ``work``, or ``otherwise`` after a crash."""
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the fence: evidence must never end a hunt
            self.add_crash(view, error)
            return otherwise

    def lift_deadline(self) -> None:
        """Remove the deadline for the steps that complete the findings."""
        self._deadline.lift()
        self._is_timed = False

    def seconds_for(self, most: int) -> int:
        """Return the whole seconds for a step that takes at most ``most``: fewer before the deadline, at least one."""
        left = self._deadline.seconds_left
        return most if left is None else max(min(most, ceil(left)), 1)

    def _is_late(self) -> bool:
        """Return True if the deadline has passed, and note that something is left out."""
        if not self._is_timed or not self._deadline.has_passed:
            return False
        self._deadline.has_cut = True
        return True

    def _in_time(self, items: Iterable[T]) -> Iterator[T]:
        """Yield items until the deadline."""
        for item in items:
            yield item
            if self._is_late():
                return

    def add_crash(self, view: str, error: Exception, plug_in: str = "") -> None:
        """Add a gap for a step that raised an error."""
        if isinstance(error, OutOfTimeError):
            return  # noted in the deadline
        if isinstance(error, MemoryError):
            self.add_gap(OUT_OF_MEMORY, view, f"its {view} could not be examined ({_MEMORY})")
            return
        is_refusal = isinstance(error, WebShellHuntError) and not isinstance(error, PluginError)
        words = error.message if isinstance(error, WebShellHuntError) else f"{type(error).__name__}: {error}"
        self.add_gap(
            REFUSED if is_refusal else "examination-failed",
            view,
            f"its {view} could not be examined ({plug_in}{words})",
        )

    def add_gap(self, code: str, view: str, reason: str, *, matters: bool = True) -> None:
        """Add a gap, unless the view has one."""
        if view not in self._views:
            self._views.add(view)
            self.gaps.append(Gap(code, self.stage, self.path, reason, matters))


def _plug_in(work: object) -> str:
    """Return the module of a detector of another package, for the reason of a gap."""
    module = str(getattr(getattr(work, "find", work), "__module__", None) or "")
    return "" if module.partition(".")[0] in ("", _PACKAGE) else f"the plug-in {module}: "


def walk_fenced(path: str, view: str, work: Callable[[], Iterable[T]]) -> Iterator[T | Gap]:
    """Yield the items of a part of the walk, and one Gap if it crashes; the rest of the walk continues."""
    fence = Fence(path, "walk")
    yield from fence.each(view, work)
    yield from fence.gaps


def items_fenced(path: str, view: str, work: Callable[..., Iterable[T]], *views: object) -> list[T | Gap]:
    """Return the items of a small part of the walk; after a crash those before it, and one Gap."""
    found: list[T | Gap] = []
    try:
        found.extend(work(*views))
    except Exception as error:  # noqa: BLE001 - the fence: evidence must never end a hunt
        fence = Fence(path, "walk")
        fence.add_crash(view, error)
        found += fence.gaps
    return found
