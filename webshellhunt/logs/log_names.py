"""Log names: the day or the number in the name of a log, and the numbers that are missing in a sequence.

Source:
    https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/aspnet/site-behavior-performance/error-logging-http-apis
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/sitedefaults/logfile/ (``u_ex…``)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from webshellhunt.model.traffic import LogFile, LogKind

MOST_MISSING: Final = 50
"""The most missing names of one sequence; with more of them, the numbers are no sequence."""

_DAILY: Final = re.compile(r"(?i)(u_ex|u_in|u_nc|ex)(\d\d)(\d\d)(\d\d)((?:_x)?\.log(?:\.gz)?)")
_STAMPED: Final = re.compile(r"(?i)(.*?)(\d{8}|\d{10})-(\d{1,5})(\.log(?:\.gz)?)")
_NUMBERED: Final = re.compile(r"(?i)(httperr|u_extend|u_inetsv|u_ncsa)(\d{1,9})((?:_x)?\.log(?:\.gz)?)")


class MissingNumbers(NamedTuple):
    """Logs whose numbers are missing between those of others in the same folder."""

    folder: str
    kind: LogKind
    missing: tuple[str, ...]
    present: int


def split_path(path: str) -> tuple[str, str]:
    """Return the folder and the name of a log."""
    folder, _, name = path.replace("/", "\\").rpartition("\\")
    return folder, name


def daily_name(day: date, names: Iterable[str]) -> str | None:
    """Return the name that a log of a day has if it is named as the others, or ``None`` if they are not daily."""
    like = next((found for name in names if (found := _DAILY.fullmatch(name)) is not None), None)
    return None if like is None else f"{like[1]}{day:%y%m%d}{like[5]}"


def missing_daily(first: date, last: date, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of daily logs that are missing from a day to another, both included."""
    present = {name.lower().removesuffix(".gz") for name in names}
    days = (first + timedelta(days=n) for n in range(min((last - first).days + 1, MOST_MISSING)))
    expected = [daily_name(day, names) for day in days]
    return tuple(name for name in expected if name is not None and name.lower().removesuffix(".gz") not in present)


def iter_missing_numbers(files: Iterable[LogFile]) -> Iterator[MissingNumbers]:
    """Yield the missing numbers of each sequence from the first one that is there: the oldest may be cleaned up."""
    folders: dict[str, list[LogFile]] = defaultdict(list)
    for file in files:
        folders[split_path(file.path)[0]].append(file)
    for folder, inside in sorted(folders.items()):
        names = [split_path(file.path)[1] for file in inside]
        missing = [*_missing_of_stamps(names), *_missing_of_numbers(names)]
        if missing:
            yield MissingNumbers(folder, inside[0].kind, tuple(missing), len(inside))


def _missing_of_stamps(names: Iterable[str]) -> Iterator[str]:
    """Yield the missing names of logs that are numbered from 1 in each hour or day."""
    sequences: dict[tuple[str, int], dict[str, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for name in names:
        found = _STAMPED.fullmatch(name)
        if found is not None:
            sequences[found[1].lower(), len(found[2])][found[2]][int(found[3])] = name
    for stamps in sequences.values():
        first = min(stamps)
        for stamp, numbers in sorted(stamps.items()):
            start = min(numbers) if stamp == first else 1
            yield from _between(start, numbers)


def _missing_of_numbers(names: Iterable[str]) -> Iterator[str]:
    """Yield the missing names of logs that are numbered without a day."""
    sequences: dict[str, dict[int, str]] = defaultdict(dict)
    for name in names:
        found = _NUMBERED.fullmatch(name)
        if found is not None:
            sequences[found[1].lower()][int(found[2])] = name
    for numbers in sequences.values():
        yield from _between(min(numbers), numbers)


def _between(start: int, numbers: dict[int, str]) -> Iterator[str]:
    """Yield the missing names from a number to the largest; none if most of them are missing."""
    last = max(numbers)
    count = last - start + 1 - sum(number >= start for number in numbers)
    if 0 < count <= min(MOST_MISSING, len(numbers)):
        for number in range(start, last + 1):
            if number not in numbers:
                yield _with_number(numbers[last], number)


def _with_number(name: str, number: int) -> str:
    """Return a name with another number in the place of its last one."""
    *_, last = re.finditer(r"\d+", name.partition(".")[0])
    return f"{name[: last.start()]}{number}{name[last.end() :]}"
