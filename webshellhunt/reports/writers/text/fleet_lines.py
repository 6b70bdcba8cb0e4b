"""The fleet in a text report: a sentence, outliers first, then the things that hosts share, and a row for each host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from webshellhunt.model.fleet import Fleet, FleetHost, OnHost, Outlier, OutlierKind, Shared, SharedKind, Unopened
from webshellhunt.model.report import AssessmentState
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line, verbatim
from webshellhunt.reports.times import utc
from webshellhunt.reports.writers.text.layout import folded, paint

ROWS: Final = 20
"""Largest number of outliers without ``--all``."""

TABLE: Final = 40
"""Largest number of hosts in the table without ``--all``."""

_HEAD: Final = ("host", "state", "malicious", "suspicious", "planted", "gaps", "patch state")
_STATES: Final = {AssessmentState.EXPLOITATION_TRACES_ONLY: "exploitation traces"}  # there may be suspicious files, too
_PATCH: Final = 6
_LEAST_PATCH: Final = 11
_PATCH_STATE: Final = 40
_ROWS_OF_A_KIND: Final = 8
_ACCUSED_ROWS: Final = 10
_HOSTS: Final = 8
_NAME: Final = 24
_VALUE: Final = 120
_DIGITS: Final = 16

EXIT_NOTE: Final = "An outlier alone is no accusation, and does not change the exit status."


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
    hosts, agreeing = _names(outlier.hosts, outlier.host_count), f"{outlier.agreeing:,}"
    word = outlier.disposition.label.replace("_", " ")
    if outlier.kind is OutlierKind.MANY:
        examples = ", ".join(verbatim(path, _VALUE) for path in outlier.paths)
        count = f"{outlier.files:,} files differ from {agreeing} comparable hosts"
        return f"{hosts}: {count}: another state of installation, or a site of its own, such as {examples}"
    others = "other lacks" if outlier.agreeing == 1 else "others lack"
    if outlier.kind is OutlierKind.OTHER_CONTENT:
        others = "other has" if outlier.agreeing == 1 else "others have"
        difference = f"{agreeing} {others} another content"
    else:
        difference = f"{agreeing} {others} it"
    digests = "".join(f"; sha256 {one_line(each[:_DIGITS])}…" for each in outlier.sha256[:2])
    key = one_line(outlier.key, _VALUE) + (f" ({outlier.files:,} files)" if outlier.files > 1 else "")
    return f"on {outlier.host_count:,} of {outlier.compared:,} ({hosts}): {key}: {difference}; {word}{digests}"


def _shared(fleet: Fleet, options: Options) -> Iterator[str]:
    if not fleet.shared:
        return
    yield ""
    yield from folded("In common, in the order of spread (UTC):", options.width)
    shown = fleet.shared if options.show_all else _some_of_each(fleet.shared)
    for shared in shown:
        yield from folded(_title(shared), options.width, indent="  ", hanging="    ")
        hosts = shared.hosts if options.show_all else shared.hosts[:_HOSTS]
        places = {each.paths[:1] for each in hosts}
        if len(places) == 1:
            yield from (f"    {verbatim(path)}" for path in places.pop())
        for each in hosts:
            yield f"    {_on_host(each)}"
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


def _title(shared: Shared) -> str:
    is_content = shared.kind in (SharedKind.SHELL, SharedKind.FILE)
    parts = [f"{shared.kind.words} on {shared.host_count:,} hosts ({shared.worst.label})"]
    if not is_content:
        parts.append(one_line(shared.value, _VALUE))
    elif shared.title:
        parts.append(one_line(shared.title, _VALUE))
    if shared.keys:
        parts.append(f"request key {', '.join(one_line(each, 40) for each in shared.keys)}")
    if is_content and shared.value:
        digest = f"sha256 {one_line(shared.value[:_DIGITS])}…"
        parts.append(f"{shared.contents:,} contents, such as {digest}" if shared.contents > 1 else digest)
    return ": ".join([parts[0], "; ".join(parts[1:])])


def _on_host(on_host: OnHost) -> str:
    """Return a host with its first time there, and the witness."""
    when = on_host.when_utc
    time = "time unknown" if when is None else f"{utc(when.replace(microsecond=0))} {on_host.time_of.words}"
    witness = f" ({one_line(on_host.witness, 60)})" if on_host.witness else ""
    more = f" ({on_host.subjects:,} items)" if on_host.subjects > 1 else ""
    return f"{_name(on_host.host)}  {time}{witness}{more}"


def _table(fleet: Fleet, options: Options) -> Iterator[str]:
    shown = fleet.hosts if options.show_all else fleet.hosts[:TABLE]
    unopened = fleet.unopened if options.show_all else fleet.unopened[:TABLE]
    rows = [_HEAD, *(_cells(each) for each in shown), *(_unopened_cells(each) for each in unopened)]
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


def _unopened_cells(unopened: Unopened) -> tuple[str, ...]:
    return (_name(unopened.name), "not opened", *["-"] * (len(_HEAD) - 2))


def _cells(row: FleetHost) -> tuple[str, ...]:
    planted = row.first_planted_utc
    waves = f"open to {len(row.open_waves)} waves" if len(row.open_waves) > 1 else ""
    waves = waves or "".join(f"open to {each}" for each in row.open_waves)
    return (
        _name(row.name),
        _STATES.get(row.state, row.state.value.replace("_", " ")) + (", interrupted" if row.interrupted else ""),
        f"{row.malicious:,}" if row.malicious else "-",
        f"{row.suspicious:,}" if row.suspicious else "-",
        "-" if planted is None else planted.date().isoformat(),
        f"{row.gaps:,}" if row.gaps else "-",
        one_line(", ".join(filter(None, (row.update or row.build, waves))), _PATCH_STATE) or "-",
    )


def _name(name: str) -> str:
    """Return the name of a host; of a long location, its end says more."""
    shown = one_line(name)
    return shown if len(shown) <= _NAME else f"…{shown[1 - _NAME :]}"


def _names(names: Sequence[str], count: int) -> str:
    more = f" and {count - 3:,} more" if count > 3 else ""
    return f"{', '.join(_name(each) for each in names[:3])}{more}"


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  and {count:,} more (--all lists more)"
