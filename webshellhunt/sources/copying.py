"""Copy detection: a bounded sample of file times shows whether a folder is a copy."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice, pairwise
from typing import NamedTuple

from webshellhunt.sources.access_times import scan_directory
from webshellhunt.sources.filesystem import birth_ns, changed_ns, created_ns
from webshellhunt.sources.local_paths import with_separator

PAUSE_NS = 3600 * 10**9
"""Times with gaps of at most an hour belong to one copy operation of any length."""

LEAST_FILES = 20
"""Minimum number of files for a decision."""

_MOST = 0.9
_COPYINGS = 3
_FOLDERS = 400
_OF_FOLDER = 12
_NAMES = 4_000


class Sampled(NamedTuple):
    """The times of a sample of files in nanoseconds; creation and record change only if the file system has them."""

    created: tuple[int, ...]
    changed: tuple[int, ...]
    modified: tuple[int, ...]


def sample_times(folder: str) -> Sampled:
    """Return the times of some files below a folder: a dozen from each of the first 400 folders, nearest first."""
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


def is_from_copy(times: Sequence[int]) -> bool:
    """Return True if 90 % of the times are in at most three runs without gaps of more than an hour."""
    return bool(_largest_runs(times))


def is_created_by_copy(sampled: Sampled) -> bool:
    """Return True if a few copy operations created the files, and no file changed afterwards.

    Nearly all files of a copy were last changed before their creation. This is also the case after an installation, but
    then the server continues to write files.
    """
    runs = _largest_runs(sampled.created)
    if not runs:
        return False
    first, last = runs[0][0], runs[-1][-1] + PAUSE_NS
    before = sum(modified < first for modified in sampled.modified)
    return before >= _MOST * len(sampled.modified) and max(sampled.modified) <= last


def _largest_runs(times: Sequence[int]) -> list[list[int]]:
    """Return at most three runs with 90 % of the times, in order; empty if more runs would be needed."""
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
    """Yield files below a folder with their status; links are not followed, unreadable entries are skipped."""
    waiting: deque[str] = deque([folder])
    for _ in range(_FOLDERS):
        if not waiting:
            return
        files, top = 0, waiting.popleft()
        with suppress(OSError), scan_directory(top) as found:
            for entry in islice(found, _NAMES):
                with suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        if len(waiting) < _FOLDERS:
                            waiting.append(with_separator(top) + entry.name)
                    elif entry.is_file(follow_symlinks=False) and files < _OF_FOLDER:
                        files += 1
                        yield with_separator(top) + entry.name, entry.stat(follow_symlinks=False)
