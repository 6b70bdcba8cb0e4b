"""Taken files: the files of a site that code runs, or gives a name under which the server runs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from webshellhunt.analysis.arrivals import Arrival, Form

QUESTION = "taken"
_RUN_AS_PAGE = ("server.execute", "server.transfer")
_KEPT, _UNPACKED = "file.taken", "file.unpacked"


class TakenFile(NamedTuple):
    """A file that the code at ``place`` takes: its path as the code names it.

    ``name`` is the one under which the server then has it; ``None`` where its text is run as code of the page, empty
    for a page in the place of this one. ``is_archive``: its members keep their names.
    """

    path: str
    place: int
    name: str | None = None
    is_archive: bool = False


def taken_files(arrivals: Iterable[Arrival]) -> Iterator[TakenFile]:
    """Yield the files that arrivals name, each once."""
    yield from dict.fromkeys(taken for each in arrivals for taken in _taken(each))


def _taken(arrival: Arrival) -> Iterator[TakenFile]:
    at = arrival.place
    if arrival.name in _RUN_AS_PAGE:
        names = [_end(form) for form in arrival.arguments[0].forms] if arrival.arguments else []
        yield from (TakenFile(name.partition("?")[0], at, "") for name in names if name)
    elif arrival.name in (_KEPT, _UNPACKED):
        ends = [""] if arrival.name == _UNPACKED else [_end(form) for form in arrival.arguments[0].forms]
        for path in sorted(arrival.arguments[1].files):
            yield from (TakenFile(path, at, end, arrival.name == _UNPACKED) for end in ends)
    else:
        yield from (TakenFile(path, at) for each in arrival.arguments[:1] for path in sorted(each.files))


def _end(form: Form) -> str:
    """Return the known end of a text."""
    return form[-1] if form and isinstance(form[-1], str) else ""
