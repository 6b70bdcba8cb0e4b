"""The URLs at which the server answers for a file, one line for each site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.model.places import Url
from webshellhunt.reports.printable import one_line

SITES = 3
"""Largest number of sites shown without ``--all``, each with its likeliest path."""


def url_lines(urls: Sequence[Url], *, show_all: bool) -> Iterator[str]:
    """Yield a line for each site with its likeliest path, or for each path; its other schemes and ports follow."""
    groups: dict[tuple[str | None, str], list[Url]] = {}
    for url in urls:
        groups.setdefault((url.site, _path(url)), []).append(url)
    likeliest: dict[str | None, list[Url]] = {}
    for (site, _), group in groups.items():
        likeliest.setdefault(site, group)
    for group in groups.values() if show_all else list(likeliest.values())[:SITES]:
        others = 0 if show_all else sum(site == group[0].site for site, _ in groups) - 1
        yield _line(group, others)


def _line(group: Sequence[Url], others: int) -> str:
    first, *also = group
    notes = [one_line(first.site, 80)] if first.site is not None else []
    notes += [f"also {one_line(other.address.removesuffix(_path(other)), 80)}" for other in also]
    notes += [f"and {others} other path{'' if others == 1 else 's'} there"] if others else []
    notes += ["assumed, not confirmed by an IIS configuration"] if first.assumed else []
    notes += ["IIS refuses it unless request filtering was changed"] if first.refused else []
    return f"url: {one_line(first.address)}" + (f" ({'; '.join(notes)})" if notes else "")


def _path(url: Url) -> str:
    """Return the path of an address, from the first slash after the host."""
    rest = url.address.partition("://")[2] or url.address
    return rest[rest.find("/") :] if "/" in rest else ""
