r"""Paths and numbers in few characters: a path without the folder that many have in common, or without its middle.

::

    C:\Program Files\…\HttpProxy\owa\auth\Current\themes\resources\view.aspx
    …\owa\auth\Current\themes\resources\view.aspx       the common top is said once
    …\owa\…\resources\view.aspx                         in a narrower column
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final

from webshellhunt.reports.printable import verbatim

_LEAST_PATHS: Final = 3
_LEAST_TOP: Final = 24
_MOST_RUNS: Final = 30
_MOST_FOLDERS: Final = 30
_MOST_TOP: Final = 400
_SEPARATOR: Final = re.compile(r"[\\/]")


def common_top(paths: Sequence[str]) -> str:
    """Return the folder, with its last separator, whose omission shortens the paths most; empty if few share one."""
    counts: Counter[str] = Counter()
    for path in paths:
        shown = verbatim(path, _MOST_TOP)
        counts.update(shown[: found.end()] for found in islice(_SEPARATOR.finditer(shown), _MOST_FOLDERS))
    saved = {top: (len(top) * count, top) for top, count in counts.items() if count >= _LEAST_PATHS}
    best = max((each for each in saved.values() if len(each[1]) >= _LEAST_TOP), default=(0, ""))
    return best[1]


def short_path(path: str, width: int, top: str = "", *, cut: str = "…") -> str:
    r"""Return a path of at most this many characters, of which the end says most.

    ``top`` is left out and shown as ``…\``. Then folders in the middle are left out, and at last the beginning. A name
    without folders, such as that of a trace in the logs, is cut at its end.
    """
    shown = verbatim(path)
    if top and shown.startswith(top):
        shown = f"{cut}{top[-1]}{shown[len(top) :]}"
    if len(shown) <= width:
        return shown
    separators = [found.start() for found in _SEPARATOR.finditer(shown)]
    if not separators:
        return f"{shown[: max(0, width - len(cut))]}{cut}"[:width]
    start = shown[: separators[0] + 1]
    for at in separators[1:]:
        if len(start) + len(cut) + len(shown) - at <= width:
            return f"{start}{cut}{shown[at:]}"
    return f"{cut}{shown[len(shown) - max(0, width - len(cut)) :]}"[:width]


def name_of(path: str) -> str:
    """Return the last part of a path."""
    return verbatim(_SEPARATOR.split(path.rstrip("\\/"))[-1])


def number_words(numbers: Sequence[int]) -> str:
    """Return numbers in order as text, such as ``2-7, 10``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs[:_MOST_RUNS]]
    more = sum(map(len, runs[_MOST_RUNS:]))
    return ", ".join(words) + (f" and {more:,} more" if more else "")
