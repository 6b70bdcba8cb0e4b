"""The URLs at which the server answers for a file, one line for each site."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from webshellhunt.model.places import Url
from webshellhunt.reports.printable import one_line

SITES = 3
"""Largest number of sites shown without ``--all``, each with its likeliest path."""


def url_lines(urls: Sequence[Url], *, show_all: bool, common: Collection[str] = ()) -> Iterator[str]:
    """Yield a line for each site with its likeliest path, or for each path; its other schemes and ports follow.

    ``common`` has the notes about a site that were said before, for several files.
    """
    groups: dict[tuple[str | None, str], list[Url]] = {}
    for url in urls:
        groups.setdefault((url.site, _path(url)), []).append(url)
    likeliest: dict[str | None, list[Url]] = {}
    for (site, _), group in groups.items():
        likeliest.setdefault(site, group)
    for group in groups.values() if show_all else list(likeliest.values())[:SITES]:
        others = 0 if show_all else sum(site == group[0].site for site, _ in groups) - 1
        yield _line(group, others, common)


def site_note(urls: Sequence[Url], of: Url) -> str:
    """Return the sentence about the site of an address, and its other schemes and ports; empty without a site."""
    return _site_note([url for url in urls if (url.site, _path(url)) == (of.site, _path(of))])


def _site_note(group: Sequence[Url]) -> str:
    first, *also = group
    if first.site is None:
        return ""
    others = ", ".join(one_line(other.address.removesuffix(_path(other)), 80) for other in also)
    return f"the site is {one_line(first.site, 80)}" + (f", also at {others}" if others else "")


def _line(group: Sequence[Url], others: int, common: Collection[str]) -> str:
    first, *also = group
    note = _site_note(group)
    notes = []
    if note not in common or not note:
        notes += [one_line(first.site, 80)] if first.site is not None else []
        notes += [f"also {one_line(other.address.removesuffix(_path(other)), 80)}" for other in also]
    notes += [f"and {others} other path{'' if others == 1 else 's'} there"] if others else []
    notes += ["assumed, not confirmed by an IIS configuration"] if first.assumed else []
    notes += ["IIS refuses it unless request filtering was changed"] if first.refused else []
    return f"url: {one_line(first.address)}" + (f" ({'; '.join(notes)})" if notes else "")


def _path(url: Url) -> str:
    """Return the path of an address, from the first slash after the host."""
    rest = url.address.partition("://")[2] or url.address
    return rest[rest.find("/") :] if "/" in rest else ""
