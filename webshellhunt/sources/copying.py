"""Copying: whether the times of a folder's files are those of one copying, by a bounded sample of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice, pairwise
from typing import NamedTuple

from webshellhunt.sources.creation import created_ns
from webshellhunt.sources.filesystem import birth_ns, changed_ns

PAUSE_NS = 3600 * 10**9
"""Times that follow one another within an hour are of one copying, however long it went on."""

LEAST_FILES = 20
"""Fewer files say nothing."""

_MOST = 0.9
_COPYINGS = 3
_FOLDERS = 400
_OF_FOLDER = 12
_NAMES = 4_000


class Sampled(NamedTuple):
    """The times of a sample of files, in nanoseconds: of creation and of the record's change where they are told."""

    created: tuple[int, ...]
    changed: tuple[int, ...]
    modified: tuple[int, ...]


def sample_times(folder: str) -> Sampled:
    """Return the times of some files below a folder: a dozen of each of the first 400 folders, nearest first."""
    created: list[int] = []
    changed: list[int] = []
    modified: list[int] = []
    for path, status in _iter_files(folder):
        birth = birth_ns(status)
        birth = created_ns(path) if birth is None else birth
        change = changed_ns(status)
        created += [birth] if birth is not None else []
        changed += [change] if change is not None else []
        modified.append(status.st_mtime_ns)
    return Sampled(tuple(created), tuple(changed), tuple(modified))


def is_of_copying(times: Sequence[int]) -> bool:
    """Return True if nine in ten of the times lie in at most three runs, each without a pause of more than an hour."""
    return bool(_largest_runs(times))


def is_created_by_copying(sampled: Sampled) -> bool:
    """Return True if the files were created at a few copyings, nearly all after their last change, and none was since.

    An installation also creates many files that are older, but the server then goes on writing.
    """
    runs = _largest_runs(sampled.created)
    if not runs:
        return False
    first, last = runs[0][0], runs[-1][-1] + PAUSE_NS
    before = sum(modified < first for modified in sampled.modified)
    return before >= _MOST * len(sampled.modified) and max(sampled.modified) <= last


def _largest_runs(times: Sequence[int]) -> list[list[int]]:
    """Return the runs that hold nine in ten of the times, in order; none where it takes more than three."""
    if len(times) < LEAST_FILES:
        return []
    ordered = sorted(times)
    runs = [[ordered[0]]]
    for before, after in pairwise(ordered):
        if after - before > PAUSE_NS:
            runs.append([])
        runs[-1].append(after)
    largest = sorted(sorted(runs, key=len)[-_COPYINGS:])
    return largest if sum(map(len, largest)) >= _MOST * len(ordered) else []


def _iter_files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield files below a folder with their status, no link followed; what can't be read is passed over."""
    waiting: deque[str] = deque([folder])
    for _ in range(_FOLDERS):
        if not waiting:
            return
        files = 0
        with suppress(OSError), os.scandir(waiting.popleft()) as found:
            for entry in islice(found, _NAMES):
                with suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        if len(waiting) < _FOLDERS:
                            waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False) and files < _OF_FOLDER:
                        files += 1
                        yield entry.path, entry.stat(follow_symlinks=False)
