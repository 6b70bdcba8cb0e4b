"""A campaign at one door: mutants of seeds, those that lead on kept, each find made small; a record of it all."""

from __future__ import annotations

import gc
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from types import FrameType
from typing import NamedTuple

from tests.fuzz.coverage import lines_covered, new_coverage
from tests.fuzz.door import Door, Find, check
from tests.fuzz.mutation import Mutator, smaller

SUSPECT_S = 0.5
"""An input that takes so much time of the processor is tried again with its steps counted."""
_HANGS_S = 60.0
_KEPT = 2_000
_REPLAYED = 150
_TRIES = 1_500
_SMALLER_S = 15.0
_TRACED = 0.25
"""Of the inputs whose outcome says nothing new, so many are traced: tracing takes twice the time of the run."""
_LOOKED_AT = 3_000
_TEXT = re.compile(r"'[^']{0,300}'|b?\"[^\"]{0,300}\"|0x[0-9a-f]+")
_WORD = re.compile(r"[A-Za-z_]{3,40}")
_EVERY = 40
"""One of so many executions is repeated, to see that its outcome is the same."""


class Result(NamedTuple):
    """What a campaign did: its finds are pairs of the message and the smallest bytes."""

    door: str
    executions: int
    cpu_s: float
    kept: int
    edges: int
    lines: int
    all_lines: int
    slowest_s: float
    finds: tuple[tuple[str, bytes], ...]

    def as_dict(self) -> dict[str, object]:
        """Return the record without the bytes of the finds."""
        return {**self._asdict(), "cpu_s": round(self.cpu_s, 1), "slowest_s": round(self.slowest_s, 3),
                "finds": [message for message, _ in self.finds]}  # fmt: skip


class _HangError(BaseException):
    """No fence may catch it."""


@contextmanager
def _no_hang() -> Iterator[None]:
    """End work that takes very much time of the processor, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise _HangError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, _HANGS_S)
    try:
        yield
    except _HangError:
        raise Find("hang", "?", f"more than {_HANGS_S:.0f} s of the processor") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Campaign:
    """One campaign; ``note`` gets each input before it is tried, so that a crash of the process leaves it."""

    def __init__(self, door: Door, seed: int, note: Callable[[bytes], None] | None = None) -> None:
        self._door = door
        self._chance = random.Random(seed)
        self._note = note or (lambda _: None)
        self._mutator = Mutator(self._chance, door.words, door.most_bytes)
        self._coverage = new_coverage()
        self._kept = list[bytes]()
        self._finds = dict[tuple[str, str], tuple[str, bytes]]()
        self._pairs = set[tuple[str, str]]()
        self._executions = 0
        self._slowest = 0.0

    def run(self, seconds: float, executions: int | None = None) -> Result:
        """Try the seeds, then mutants for some seconds of the processor, or so many of them."""
        start = time.process_time()
        for each in self._door.seeds():
            self._try(each)
            self._keep(each)
        while time.process_time() - start < seconds and (executions is None or self._executions < executions):
            data, other = self._pick(), self._pick()
            mutant = self._mutator.mutant(data, other)
            if self._try(mutant):
                self._keep(mutant)
            if self._executions % 2_000 == 0:
                gc.collect()
        spent = time.process_time() - start
        replayed = [lambda data=each: self._door.outcome(data) for each in self._kept[-_REPLAYED:]]
        lines, all_lines = lines_covered(self._door.rooms, replayed)
        return Result(
            self._door.name, self._executions, spent, len(self._kept), len(self._coverage), lines, all_lines,
            self._slowest, tuple(self._finds.values()),
        )  # fmt: skip

    def _pick(self) -> bytes:
        """Return a kept input, one of the last ones in half of the cases."""
        if self._chance.random() < 0.5:
            return self._chance.choice(self._kept[-30:])
        return self._chance.choice(self._kept)

    def _keep(self, data: bytes) -> None:
        self._kept.append(data)
        if len(self._kept) > _KEPT:
            del self._kept[self._chance.randrange(_KEPT // 2)]

    def _try(self, data: bytes) -> bool:
        """Try an input; return True if it is to be kept."""
        self._executions += 1
        self._note(data)
        start, leads_on = time.process_time(), False
        try:
            with _no_hang():
                outcome = self._door.outcome(data)
            spent = time.process_time() - start
            self._slowest = max(self._slowest, spent)
            if self._is_new(outcome) or self._chance.random() < _TRACED:
                with _no_hang():
                    leads_on = self._coverage.leads_on(lambda: self._door.outcome(data))
            if spent > SUSPECT_S or self._executions % _EVERY == 0:
                with _no_hang():
                    check(self._door, data, steps=spent > SUSPECT_S)
        except Find as find:
            self._found(find, data)
            return False
        return leads_on

    def _is_new(self, outcome: str) -> bool:
        """Return True if two words of an outcome follow each other that did so in none before; texts don't count."""
        words = _WORD.findall(_TEXT.sub("", outcome[:_LOOKED_AT]))
        before = len(self._pairs)
        self._pairs.update(pairwise(words))
        return len(self._pairs) > before

    def _found(self, find: Find, data: bytes) -> None:
        key = (find.kind, find.place)
        if key not in self._finds:
            self._finds[key] = (str(find), data)
            self._finds[key] = (str(find), data if find.kind == "hang" else self._smallest(find, data))

    def _smallest(self, find: Find, data: bytes) -> bytes:
        """Return the smallest part of an input that is found for the same reason."""
        tries, is_smaller, until = 0, True, time.process_time() + _SMALLER_S
        while is_smaller and tries < _TRIES:
            is_smaller = False
            for each in smaller(data, self._chance):
                tries += 1
                if tries > _TRIES or time.process_time() > until:
                    break
                if self._is_same(find, each):
                    data, is_smaller = each, True
                    break
        return data

    def _is_same(self, find: Find, data: bytes) -> bool:
        try:
            with _no_hang():
                check(self._door, data, steps=find.kind == "too many steps")
        except Find as other:
            return (other.kind, other.place) == (find.kind, find.place)
        return False
