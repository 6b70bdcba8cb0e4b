"""URL lines: at which addresses the server answers for a file, one line for each site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.model.places import Url
from webshellhunt.reports.printable import one_line

SITES = 3
"""Sites that are shown, each with its likeliest path, unless all are wanted."""


def url_lines(urls: Sequence[Url], *, show_all: bool) -> Iterator[str]:
    """Yield a line for each site with its likeliest path, or one for each path; other schemes and ports after it."""
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
    notes += ["assumed, no configuration of IIS says so"] if first.assumed else []
    notes += ["IIS refuses it unless request filtering was changed"] if first.refused else []
    return f"url: {one_line(first.address)}" + (f" ({'; '.join(notes)})" if notes else "")


def _path(url: Url) -> str:
    """Return the path of an address; a host holds no slash."""
    rest = url.address.partition("://")[2] or url.address
    return rest[rest.find("/") :] if "/" in rest else ""
