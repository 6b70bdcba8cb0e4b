"""The timeline in the text report: one line a moment, subjects by the number of their block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from webshellhunt.model.log_results import Moment
from webshellhunt.model.report import Report
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.times import utc
from webshellhunt.reports.writers.text.paths import name_of, number_words

_MOMENTS = 25
_LAST_MOMENTS = 5
_NAMED = 4
_PLACE: Final = re.compile(r"(.*?)((?:, (?:line|record) [0-9]+)?)", re.DOTALL)


def timeline_lines(report: Report, numbers: Mapping[str, int], options: Options) -> Iterator[str]:
    """Yield the moments of the report, one a line, equal ones of several subjects together; of many the first and last.

    ``numbers`` has the number of the block by the path of its subject.
    """
    lines = list(_lines(report.timeline, numbers, options))
    if options.show_all or len(lines) <= _MOMENTS + 1:
        yield from lines
        return
    yield from lines[: _MOMENTS - _LAST_MOMENTS]
    yield f"… {len(lines) - _MOMENTS:,} more (--all lists each) …"
    yield from lines[-_LAST_MOMENTS:]


def moment_line(moment: Moment, options: Options) -> str:
    """Return one moment: its time, its event, and the witness in short, whole with ``--all``."""
    return f"{_time(moment)}  {one_line(moment.event)}{_witness([moment], options)}"


def _lines(moments: Sequence[Moment], numbers: Mapping[str, int], options: Options) -> Iterator[str]:
    """Yield a line for each moment, or for several with the same time and event."""
    groups: dict[tuple[str, str, str, str], list[Moment]] = {}
    for number, moment in enumerate(moments):
        is_joined = moment.path in numbers and moment.event.endswith(moment.path) and not options.show_all
        event = moment.event.removesuffix(moment.path) if is_joined else f"{moment.event} {number}"
        witness = _witness([moment], options) if is_joined else ""
        groups.setdefault((_time(moment), moment.kind.value, event, witness), []).append(moment)
    for (when, _, event, _), some in groups.items():
        if some[0].path in numbers and some[0].event.endswith(some[0].path) and not options.show_all:
            yield f"{when}  {one_line(event)} {_named(some, numbers)}{_witness(some, options)}"
        else:
            yield f"{when}  {one_line(some[0].event)}{_witness(some, options)}"


def _named(moments: Sequence[Moment], numbers: Mapping[str, int]) -> str:
    """Return the numbers and the names of the subjects of moments."""
    paths = list(dict.fromkeys(each.path for each in moments))
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    shown = number_words(sorted(numbers[path] for path in paths))
    return f"[{shown}] {', '.join(map(name_of, paths[:_NAMED]))}{more}"


def _time(moment: Moment) -> str:
    """Return the time, or the range of witnesses that disagree."""
    start = _second(moment.when_utc)
    if moment.until_utc is None:
        return start
    end = _second(moment.until_utc)
    return f"{start} to {end.partition('T')[2] if end[:10] == start[:10] else end}"


def _witness(moments: Sequence[Moment], options: Options) -> str:
    witness = moments[0].witness
    return f" ({one_line(witness) if options.show_all else _short_place(witness)})" if witness else ""


def _short_place(witness: str) -> str:
    """Return a place with the last folder and the name of its log, which say enough to find it."""
    found = _PLACE.fullmatch(witness)
    path, line = (found[1], found[2]) if found is not None else (witness, "")
    parts = path.replace("/", "\\").split("\\")
    return one_line("\\".join(parts[-2:]) if len(parts) > 2 else path) + line


def _second(when: datetime) -> str:
    """Return a time without the parts of a second that logs of Exchange have."""
    return utc(when.replace(microsecond=0)) or ""
