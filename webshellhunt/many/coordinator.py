"""Coordinator: the hunts that wait, those that run on an executor, and their results as they end.

The work of a worker that died is done again: first in another worker, then with the files of the source as the units,
so that a file that ends each process is one gap. If the executor takes no more work, this machine does the rest.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent import futures
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_start_method
from typing import Any, Final, NamedTuple, cast

from webshellhunt.errors import SeveralHostsError, SourceError, UnreadableError, WebShellHuntError
from webshellhunt.many.hunt_task import (
    Parts,
    Result,
    Task,
    examine_part,
    hunt_location,
    join_parts,
    packed,
    result_of,
    unpacked,
)
from webshellhunt.model.progress import Cancel
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import Executor, Future, SerialExecutor, default_jobs, open_executor
from webshellhunt.scan.watch import Watch
from webshellhunt.scan.worker_pool import ProcessExecutor

TICK_S: Final = 0.2
_ATTEMPTS: Final = 2
_UNKNOWN_WORKERS: Final = 16

Key = tuple[int, ...]
"""The place of a location in the list; the servers in one location have a further number each."""


class Place(NamedTuple):
    """A location of the list, and its name there."""

    key: Key
    location: str
    name: str | None = None


class Ended(NamedTuple):
    """The result of one location, and the same packed; ``servers`` are the places of the servers in it."""

    place: Place
    result: Report | WebShellHuntError
    content: bytes
    servers: tuple[Place, ...] = ()


@dataclass(slots=True)
class _Call:
    """One call of a worker: the hunt through a place, or a part of it."""

    place: Place
    task: Task
    work: Callable[..., bytes] = hunt_location
    arguments: tuple[object, ...] = ()
    attempts: int = 0


@dataclass(slots=True)
class _Split:
    """The parts of a source that are examined, of which ``done`` have a result."""

    count: int
    done: dict[int, bytes] = field(default_factory=dict)


class Coordinator:
    """Hunts through many places on an executor.

    ``executor``: where hunts run; its workers open the sources. ``say``: called with a sentence that the user should
    read. ``cancel``: called several times a second; the hunts end once it returns True.
    """

    def __init__(
        self,
        places: Iterable[tuple[Place, Task]],
        executor: Executor,
        *,
        say: Callable[[str], object],
        cancel: Cancel | None = None,
    ) -> None:
        self._waiting = deque(_Call(place, task) for place, task in places)
        self._alone: deque[_Call] = deque()
        self._running: dict[Future[bytes], _Call] = {}
        self._split: dict[Key, _Split] = {}
        self._executor = executor
        self._say = say
        self._watch = Watch(cancel=cancel)
        self._own = ExitStack()
        self._own_processes: Executor | None = None

    def run(self) -> Iterator[Ended]:
        """Yield the results as they end, in any order.

        Raises:
            KeyboardInterrupt: The user interrupted the hunts, or ``cancel`` returned True; running ones are cancelled.
            CallbackFailed: ``cancel`` raised an error.
        """
        with self._own:
            try:
                while self._waiting or self._alone or self._running:
                    self._submit_more()
                    for future in self._done():
                        yield from self._end_of(self._running.pop(future), future)
            finally:
                for future in self._running:
                    future.cancel()

    def _submit_more(self) -> None:
        """Submit as many calls as keep all workers busy; a suspect of having ended its worker runs alone."""
        if self._alone:
            if not self._running:
                self._submit(self._alone.popleft())
            return
        while self._waiting and len(self._running) < self._most_running():
            self._submit(self._waiting.popleft())

    def _most_running(self) -> int:
        return 1 if isinstance(self._executor, SerialExecutor) else 2 * workers_of(self._executor)

    def _submit(self, call: _Call) -> None:
        task = call.task._replace(attempt=call.attempts)
        try:
            future = self._executor.submit(call.work, task, *call.arguments)
        except Exception as error:  # noqa: BLE001 - of the executor, which may be of any kind
            self._go_on_here(f"the executor takes no more work ({_words(error)})")
            future = self._executor.submit(call.work, task, *call.arguments)
        self._running[future] = call

    def _done(self) -> list[Future[bytes]]:
        """Wait a moment for results, and return the calls that are done."""
        self._watch.check()
        done = [future for future in self._running if future.done()]
        if done or not self._running:
            return done
        lost = getattr(self._executor, "lost", None)
        reason = lost() if callable(lost) else None
        if reason is not None:
            self._go_on_here(reason)
            return []
        waitable = [each for each in self._running if isinstance(each, futures.Future)]
        if waitable:
            futures.wait(waitable, TICK_S, futures.FIRST_COMPLETED)
        else:
            time.sleep(TICK_S)
        return [future for future in self._running if future.done()]

    def _go_on_here(self, reason: str) -> None:
        """Replace an executor that is lost by processes of this machine, which redo its unfinished work."""
        self._say(f"{reason}: processes of this machine do the rest")
        for future in self._running:
            future.cancel()
        self._waiting.extendleft(reversed(self._running.values()))
        self._running.clear()
        self._executor = self._processes()

    def _processes(self) -> Executor:
        """Return processes of this machine, which are restarted after a file ended one of them."""
        if self._own_processes is None:
            self._own_processes = self._own.enter_context(_open_processes())
        return self._own_processes

    def _end_of(self, call: _Call, future: Future[bytes]) -> Iterator[Ended]:
        """Yield the result of a call, if it is the last one of its place."""
        key = call.place.key
        if call.work is examine_part and key not in self._split:
            return  # another part failed, and the place is hunted through as a whole
        try:
            content = future.result()
        except Exception as error:  # noqa: BLE001 - a worker returns errors of the hunt itself
            yield from self._redo(call, error)
            return
        if call.work is examine_part:
            self._add_part(call, content)
            return
        result: Result = unpacked(content)
        if isinstance(result, Parts):
            self._split[key] = split = _Split(result.number)
            task = call.task._replace(most_files=None)
            parts = [_Call(call.place, task, examine_part, (part, split.count)) for part in range(split.count)]
            self._waiting.extendleft(reversed(parts))
        else:
            yield self._ended(call, result, content)

    def _add_part(self, call: _Call, content: bytes) -> None:
        """Add the results of a part; after the last one, the parts are joined."""
        key, split = call.place.key, self._split[call.place.key]
        split.done[cast(int, call.arguments[0])] = content
        if len(split.done) == split.count:
            del self._split[key]
            joined = tuple(split.done[part] for part in range(split.count))
            self._waiting.appendleft(_Call(call.place, call.task, join_parts, (joined,)))

    def _redo(self, call: _Call, error: BaseException) -> Iterator[Ended]:
        """Do the work of a lost worker again, at last with one file at a time.

        The executor cancels calls when it goes away, which is not the fault of their sources.
        """
        call.attempts += not isinstance(error, futures.CancelledError)
        if call.attempts < _ATTEMPTS:
            # All calls of a broken pool end with this error, and one of them broke it.
            is_suspect = isinstance(error, futures.BrokenExecutor)
            (self._alone if is_suspect else self._waiting).appendleft(call)
            return
        self._split.pop(call.place.key, None)
        task = call.task._replace(most_files=None)
        executor = self._processes()
        result = result_of(task, lambda source: hunt(source, job=task.job, executor=executor, cache=task.cache))
        if isinstance(result, SourceError) and not isinstance(result, SeveralHostsError):
            words = f"its worker failed {call.attempts} times ({_words(error)}), and here it can't be opened"
            result = UnreadableError(f"{words}: {result.message}", path=task.location)
        yield self._ended(call, cast(Any, result), packed(result))

    def _ended(self, call: _Call, result: Report | WebShellHuntError, content: bytes) -> Ended:
        """Return the end of a place; the servers in it are places of their own."""
        if not isinstance(result, SeveralHostsError):
            return Ended(call.place, result, content)
        servers = [Place((*call.place.key, number), each) for number, each in enumerate(result.locations)]
        calls = [_Call(each, call.task._replace(location=each.location)) for each in servers]
        self._waiting.extendleft(reversed(calls))
        return Ended(call.place, result, content, tuple(servers))


def workers_of(executor: Executor) -> int:
    """Return the number of calls that an executor makes at once; a guess if it does not say."""
    if isinstance(executor, SerialExecutor):
        return 1
    found = getattr(executor, "workers", None) or getattr(executor, "_max_workers", None)
    return found if isinstance(found, int) and found > 0 else _UNKNOWN_WORKERS


def _open_processes() -> AbstractContextManager[Executor]:
    """Return processes of this machine; beside threads, such as those of a cluster, they are not forked.

    A forked process keeps the locks that a thread of its parent has at this moment, and may wait for them for ever.
    """
    if get_start_method() != "fork" or threading.active_count() == 1 or default_jobs() == 1:
        return open_executor()
    return ProcessExecutor(default_jobs(), "forkserver")


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200].rstrip(": ")


def places_of(pairs: Sequence[tuple[str | None, str]]) -> list[Place]:
    """Return the places of a list of names and locations, each location once."""
    first: dict[str, str | None] = {}
    for name, location in pairs:
        first.setdefault(location, name)
    return [Place((number,), location, name) for number, (location, name) in enumerate(first.items())]
