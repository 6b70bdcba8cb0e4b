"""Hosts in a source: the drives and collections near its top, by host; several hosts are never merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from webshellhunt.errors import SeveralHostsError
from webshellhunt.sources.collection.layout import Layout
from webshellhunt.sources.collection.recognition import host_of, recognise
from webshellhunt.sources.drives import Drive, names_in, search
from webshellhunt.sources.source import Source, join

_MOST_NAMED = 3


class HostPlace(NamedTuple):
    """One host in a source: the path of its folder, its drives and its collections."""

    top: str
    drives: tuple[Drive, ...] = ()
    layouts: tuple[Layout, ...] = ()

    @property
    def tops(self) -> list[str]:
        """Return the paths of its drives and collections, that of its system first."""
        drives = sorted(self.drives, key=lambda each: not each.is_system)
        return [*(each.top for each in drives), *(each.top for each in self.layouts)]

    @property
    def systems(self) -> int:
        """Return the number of systems that its folders have; drives with letters have at most one."""
        alone = sum(each.is_system for each in self.drives if each.letter is None)
        return alone + any(each.is_system for each in self.drives if each.letter is not None)


def find_hosts(source: Source) -> list[HostPlace]:
    """Return the hosts in a source, sorted by path; none if it is a plain folder.

    Drives of one folder are of one host, also those of several folders if their letters differ, and only one folder
    has a Windows: ``disk0/C`` and ``disk1/D``.
    """
    found = search(source, partial(recognise, source))
    hosts: dict[str, HostPlace] = {}
    for drive in found.drives:
        known = hosts.get(drive.host, HostPlace(drive.host))
        hosts[drive.host] = known._replace(drives=(*known.drives, drive))
    for layout in found.recognised:
        top = host_of(layout)
        known = hosts.get(top, HostPlace(top))
        hosts[top] = known._replace(layouts=(*known.layouts, layout))
    each = sorted(hosts.values())
    return [_joined(each)] if len(each) > 1 and _is_one(each) else each


def only_host(source: Source) -> HostPlace | None:
    """Return the host in a source, or ``None`` for a plain folder.

    Raises:
        SeveralHostsError: It has several hosts.
    """
    hosts = [] if source.live else find_hosts(source)
    if len(hosts) > 1:
        raise several_hosts(source, hosts)
    return hosts[0] if hosts else None


def several_hosts(source: Source, hosts: Sequence[HostPlace]) -> SeveralHostsError:
    """Return the error for a source with several hosts: their places, and what is in none of them."""
    tops = [_place_of(host, hosts) for host in hosts]
    more = [f"{len(tops) - _MOST_NAMED:,} more"] if len(tops) > _MOST_NAMED + 1 else []
    *first, last = [*tops[: _MOST_NAMED if more else None], *more]
    locations = tuple(sublocation(source.location, top) for top in tops)
    reason = (
        f"{len(tops):,} servers are in it, {', '.join(first)} and {last}; their files and logs are not merged into one "
        f"report: open each by itself, such as {locations[0]}"
    )
    return SeveralHostsError(reason, path=source.location, locations=locations, others=tuple(_others(source, tops)))


def _place_of(host: HostPlace, hosts: Sequence[HostPlace]) -> str:
    """Return the path of a directory with only this host: its folder, that of all its parts, or its first part."""
    tops, others = host.tops, [top for each in hosts if each is not host for top in each.tops]
    of_all = "/".join(
        name for name, *same in zip(*(top.split("/") for top in tops), strict=False) if not set(same) - {name}
    )
    for place in filter(None, (host.top, of_all)):
        if all(map(_is_below(place), tops)) and not any(map(_is_below(place), others)):
            return place
    return tops[0]


def _is_below(place: str) -> Callable[[str], bool]:
    return lambda top: top == place or top.startswith(f"{place}/")


def sublocation(location: str, top: str) -> str:
    """Return the location of a directory in a location."""
    separator = "\\" if "\\" in location and "/" not in location else "/"
    return separator.join((location.rstrip("\\/") or location[:0], *filter(None, top.split("/"))))


def _is_one(hosts: Sequence[HostPlace]) -> bool:
    """Return True if the places of several folders can only be the drives of one host."""
    drives = [drive for host in hosts for drive in host.drives]
    letters = {drive.letter for drive in drives}
    is_lettered = None not in letters and len(letters) == len(drives)
    return is_lettered and not any(host.layouts for host in hosts) and sum(host.systems for host in hosts) < 2


def _joined(hosts: Sequence[HostPlace]) -> HostPlace:
    return HostPlace("", tuple(drive for host in hosts for drive in host.drives))


def _others(source: Source, tops: Sequence[str]) -> Iterator[str]:
    """Yield the files and directories next to the hosts and above them, which are in none of them."""
    leads = {"/".join(names[:depth]) for top in tops for names in (top.split("/"),) for depth in range(len(names) + 1)}
    for above in sorted(leads - set(tops)):
        yield from (path for name in sorted(names_in(source, above)) if (path := join(above, name)) not in leads)
