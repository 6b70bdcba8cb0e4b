r"""The layout of the text report: wrapped lines, colours of a terminal, columns, and paths in few characters.

Paths and commands are not wrapped, so that they can be copied. In a table, a path has no folder that many have in
common, or not its middle::

    C:\Program Files\…\HttpProxy\owa\auth\Current\themes\resources\view.aspx
    …\owa\auth\Current\themes\resources\view.aspx       the common top is said once
    …\owa\…\resources\view.aspx                         in a narrower column
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest
from textwrap import TextWrapper
from typing import Final, NamedTuple

from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import verbatim

GAP: Final = 2
"""The blanks between two columns."""

_COLORS: Final = {"malicious": "1;7;31", "suspicious": "1;33", "unexplained": "36", "title": "1"}
"""Each colour goes with a word, and the gravest is also reversed, so that no hue stands alone."""

_NARROWEST: Final = 40
_LEAST_PATHS: Final = 3
_LEAST_TOP: Final = 24
_MOST_RUNS: Final = 30
_MOST_FOLDERS: Final = 30
_MOST_TOP: Final = 400
_SEPARATOR: Final = re.compile(r"[\\/]")


class Column(NamedTuple):
    """A column: its title, the least width at which it is readable, and how a cell becomes lines of a width.

    ``most`` is its largest width, 0 for any.
    """

    title: str
    least: int
    lines: Callable[[str, int], Sequence[str]]
    most: int = 0


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of a width; long words are broken."""
    return TextWrapper(width=max(1, width), break_on_hyphens=False).wrap(text) or [""]


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return the widths of the columns, the widest ones narrowed; ``None`` if the least ones are wider than a line."""
    widths = [max([len(column.title), *(len(row[at]) for row in rows)]) for at, column in enumerate(columns)]
    widths = [min(each, column.most or each) for each, column in zip(widths, columns, strict=True)]
    least = [min(each, max(column.least, len(column.title))) for each, column in zip(widths, columns, strict=True)]
    room = width - GAP * (len(columns) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        wide = [at for at, each in enumerate(widths) if each > least[at] and not columns[at].most]
        # A column with a largest width is narrowed last: its cells are cut, and not wrapped.
        wide = wide or [at for at, each in enumerate(widths) if each > least[at]]
        widths[max(wide, key=lambda at: widths[at])] -= 1
    return widths


def row_lines(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row."""
    parts = [column.lines(cell, width) for column, cell, width in zip(columns, cells, widths, strict=True)]
    for line in zip_longest(*parts, fillvalue=""):
        padded = (f"{part:<{width}}" for part, width in zip(line, widths, strict=True))
        yield (" " * GAP).join(padded).rstrip()


def folded(
    text: str, width: int | None, *, indent: str = "", hanging: str | None = None, breaks_words: bool = False
) -> Iterator[str]:
    """Yield a sentence wrapped into lines.

    ``width``: characters of a line; ``None`` for one line of any length. ``indent``: blanks before the first line.
    ``hanging``: blanks before the others; those of the first if omitted. ``breaks_words``: true to break words that are
    longer than a line, such as those of code.
    """
    if width is None or len(indent) + len(text) <= width:
        yield f"{indent}{text}"
        return
    wrapper = TextWrapper(
        width=max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=breaks_words,
        break_on_hyphens=False,
    )
    yield from wrapper.wrap(text) or [indent]


def paint(text: str, name: str, options: Options) -> str:
    """Return the text in the colour of a disposition or of the title, if colours are enabled."""
    return f"\x1b[{_COLORS[name]}m{text}\x1b[0m" if options.color and name in _COLORS else text


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
