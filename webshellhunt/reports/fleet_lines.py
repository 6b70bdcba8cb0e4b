"""The fleet in a text report: a sentence, outliers first, then the things that hosts share, and a row for each host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from webshellhunt.model.fleet import Fleet, FleetHost, OnHost, Outlier, OutlierKind, Shared, SharedKind, TimeOf
from webshellhunt.reports.blocks import paint
from webshellhunt.reports.folding import folded
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.times import utc

ROWS: Final = 20
"""Largest number of outliers, and of shared things, without ``--all``."""

TABLE: Final = 40
"""Largest number of hosts in the table without ``--all``."""

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
            yield from (f"    {one_line(path)}" for path in outlier.paths[:1])
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
        examples = ", ".join(one_line(path, _VALUE) for path in outlier.paths)
        count = f"{outlier.files:,} files differ from {agreeing} comparable hosts"
        return f"{hosts}: {count}: another state of installation, or a site of its own, such as {examples}"
    others = "other lacks" if outlier.agreeing == 1 else "others lack"
    if outlier.kind is OutlierKind.OTHER_CONTENT:
        others = "other has" if outlier.agreeing == 1 else "others have"
        difference = f"{agreeing} {others} another content"
    else:
        difference = f"{agreeing} {others} it"
    digest = ", ".join(each[:_DIGITS] for each in outlier.sha256[:2])
    key = one_line(outlier.key, _VALUE)
    return f"on {outlier.host_count:,} of {outlier.compared:,} ({hosts}): {key}: {difference}; {word}; sha256 {digest}…"


def _shared(fleet: Fleet, options: Options) -> Iterator[str]:
    if not fleet.shared:
        return
    yield ""
    yield from folded("On several hosts, in the order of spread (UTC):", options.width)
    shown = fleet.shared if options.show_all else fleet.shared[:ROWS]
    for shared in shown:
        yield from folded(_title(shared), options.width, indent="  ", hanging="    ")
        hosts = shared.hosts if options.show_all else shared.hosts[:_HOSTS]
        yield from (f"    {_on_host(each)}" for each in hosts)
        if shared.host_count > len(hosts):
            yield f"    and {shared.host_count - len(hosts):,} more"
    yield from _more(len(fleet.shared) - len(shown) + fleet.more_shared)


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
        digest = f"sha256 {shared.value[:_DIGITS]}…"
        parts.append(f"{shared.contents:,} contents, such as {digest}" if shared.contents > 1 else digest)
    return ": ".join([parts[0], "; ".join(parts[1:])])


def _on_host(on_host: OnHost) -> str:
    """Return a host with its first time and the witness, and one place."""
    when = on_host.when_utc
    time = "time unknown" if when is None else f"{utc(when.replace(microsecond=0))} {on_host.time_of.words}"
    witness = f" ({one_line(on_host.witness, 60)})" if on_host.witness and on_host.time_of is TimeOf.PLANTING else ""
    place = one_line(on_host.paths[0], _VALUE) if on_host.paths else ""
    more = f" and {on_host.subjects - 1} more" if on_host.subjects > 1 and on_host.paths else ""
    return f"{one_line(on_host.host, _NAME):<12} {time}{witness}{place and f': {place}'}{more}"


def _table(fleet: Fleet, options: Options) -> Iterator[str]:
    shown = fleet.hosts if options.show_all else fleet.hosts[:TABLE]
    rows = [_HEAD, *(_cells(each) for each in shown)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    yield ""
    yield "Hosts, worst first:"
    for row in rows:
        yield "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    yield from _more(len(fleet.hosts) - len(shown) + fleet.more_hosts)


_HEAD: Final = ("host", "state", "malicious", "suspicious", "first planted", "patch state", "gaps that matter")


def _cells(row: FleetHost) -> tuple[str, ...]:
    planted = row.first_planted_utc
    waves = f"{len(row.open_waves)} waves open" if len(row.open_waves) > 1 else "".join(row.open_waves)
    patch = ", ".join(filter(None, (row.update or row.build or "", waves and waves.removesuffix(" open") + " open")))
    return (
        one_line(row.name, _NAME),
        row.state.value.replace("_", " ") + (", interrupted" if row.interrupted else ""),
        f"{row.malicious:,}" if row.malicious else "-",
        f"{row.suspicious:,}" if row.suspicious else "-",
        "-" if planted is None else planted.date().isoformat(),
        one_line(patch, 32) or "-",
        f"{row.gaps:,}" if row.gaps else "-",
    )


def _names(names: Sequence[str], count: int) -> str:
    more = f" and {count - 3:,} more" if count > 3 else ""
    return f"{', '.join(one_line(each, _NAME) for each in names[:3])}{more}"


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  and {count:,} more (--all lists more)"
