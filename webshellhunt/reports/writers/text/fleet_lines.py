"""The fleet in a text report: a sentence, outliers first, then the things that hosts share, and a row for each host."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from webshellhunt.model.fleet import Fleet, FleetHost, Outlier, OutlierKind, Shared, SharedKind
from webshellhunt.reports.content.fleet import (
    EXIT_NOTE,
    difference_words,
    host_name,
    host_names,
    patch_words,
    shared_title,
    state_words,
    time_words,
)
from webshellhunt.reports.content.subjects import disposition_words
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line, verbatim
from webshellhunt.reports.writers.text.layout import folded, paint

ROWS: Final = 20
"""Largest number of outliers without ``--all``."""

TABLE: Final = 40
"""Largest number of hosts in the table without ``--all``."""

_HEAD: Final = ("host", "state", "malicious", "suspicious", "planted", "gaps", "patch state")
_PATCH: Final = 6
_LEAST_PATCH: Final = 11
_ROWS_OF_A_KIND: Final = 8
_ACCUSED_ROWS: Final = 10
_HOSTS: Final = 8
_VALUE: Final = 120
_DIGITS: Final = 16


def fleet_lines(fleet: Fleet, options: Options) -> Iterator[str]:
    """Yield the lines of a fleet."""
    for line in folded(one_line(f"All hosts: {fleet.sentence}"), options.width):
        yield paint(line, "title", options)
    yield from _outliers(fleet, options)
    yield from _shared(fleet, options)
    yield from _table(fleet, options)
    if fleet.notes:
        yield ""
        yield "Limits of the comparison:"
        for note in fleet.notes:
            yield from folded(one_line(note), options.width, indent="  ", hanging="    ")


def _outliers(fleet: Fleet, options: Options) -> Iterator[str]:
    if not fleet.outliers:
        return
    yield ""
    yield from folded(f"Files that differ from those of comparable hosts. {EXIT_NOTE}", options.width)
    shown = fleet.outliers if options.show_all else _chosen(fleet.outliers)
    for outlier in shown:
        yield from folded(_outlier(outlier), options.width, indent="  ", hanging="    ")
        if outlier.kind is not OutlierKind.MANY:
            yield from (f"    {verbatim(path)}" for path in outlier.paths[:1])
    yield from _more(len(fleet.outliers) - len(shown) + fleet.more_outliers)


def _chosen(outliers: Sequence[Outlier]) -> list[Outlier]:
    """Return the outliers of a short list: those that reports accuse already take at most half of it."""
    accused = [each for each in outliers if each.is_accused]
    quiet = [each for each in outliers if not each.is_accused]
    first = accused[: max(_ACCUSED_ROWS, ROWS - len(quiet))]
    return [*first, *quiet[: ROWS - len(first)]]


def _outlier(outlier: Outlier) -> str:
    hosts, difference = host_names(outlier.hosts, outlier.host_count), difference_words(outlier)
    if outlier.kind is OutlierKind.MANY:
        return f"{hosts}: {difference}, such as {', '.join(verbatim(path, _VALUE) for path in outlier.paths)}"
    digests = "".join(f"; sha256 {one_line(each[:_DIGITS])}…" for each in outlier.sha256[:2])
    key = one_line(outlier.key, _VALUE) + (f" ({outlier.files:,} files)" if outlier.files > 1 else "")
    word = disposition_words(outlier.disposition)
    return f"on {outlier.host_count:,} of {outlier.compared:,} ({hosts}): {key}: {difference}; {word}{digests}"


def _shared(fleet: Fleet, options: Options) -> Iterator[str]:
    if not fleet.shared:
        return
    yield ""
    yield from folded("In common, in the order of spread (UTC):", options.width)
    shown = fleet.shared if options.show_all else _some_of_each(fleet.shared)
    for shared in shown:
        yield from folded(shared_title(shared), options.width, indent="  ", hanging="    ")
        hosts = shared.hosts if options.show_all else shared.hosts[:_HOSTS]
        places = {each.paths[:1] for each in hosts}
        if len(places) == 1:
            yield from (f"    {verbatim(path)}" for path in places.pop())
        for each in hosts:
            yield f"    {host_name(each.host)}  {time_words(each)}"
            yield from (f"      {verbatim(path)}" for path in each.paths[:1] if places)
        if shared.host_count > len(hosts):
            yield f"    and {shared.host_count - len(hosts):,} more"
    yield from _more(len(fleet.shared) - len(shown) + fleet.more_shared)


def _some_of_each(shared: Sequence[Shared]) -> list[Shared]:
    """Return the first rows of each kind, so that many shells don't hide a common client."""
    counts: Counter[SharedKind] = Counter()
    chosen = []
    for each in shared:
        counts[each.kind] += 1
        if counts[each.kind] <= _ROWS_OF_A_KIND:
            chosen.append(each)
    return chosen


def _table(fleet: Fleet, options: Options) -> Iterator[str]:
    shown = fleet.hosts if options.show_all else fleet.hosts[:TABLE]
    unopened = fleet.unopened if options.show_all else fleet.unopened[:TABLE]
    rows = [_HEAD, *map(_cells, shown)]
    rows += [(host_name(each.name), "not opened", *["-"] * (len(_HEAD) - 2)) for each in unopened]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    if options.width is not None:  # the patch state is cut, so that a row stays a line
        too_wide = sum(widths) + 2 * len(widths) - options.width
        widths[_PATCH] = max(_LEAST_PATCH, widths[_PATCH] - max(0, too_wide))
    yield ""
    yield "Hosts, the worst first:"
    for row in rows:
        cells = (f"{one_line(cell, width):<{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()
    hidden = len(fleet.hosts) - len(shown) + len(fleet.unopened) - len(unopened)
    yield from _more(hidden + fleet.more_hosts + fleet.more_unopened)
    if unopened:
        yield ""
        yield "Not opened, so that nothing is known of them:"
    for each in unopened:
        named = f"{each.name}: " if each.name != each.location else ""
        yield from folded(one_line(f"{named}{each.sentence}"), options.width, indent="  ", hanging="    ")


def _cells(row: FleetHost) -> tuple[str, ...]:
    planted = row.first_planted_utc
    numbers = (f"{count:,}" if count else "-" for count in (row.malicious, row.suspicious))
    return (
        host_name(row.name),
        state_words(row),
        *numbers,
        "-" if planted is None else planted.date().isoformat(),
        f"{row.gaps:,}" if row.gaps else "-",
        patch_words(row) or "-",
    )


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  and {count:,} more (--all lists more)"
