"""Recognition of collections: the directories near the top of a source are compared with the known layouts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.sources.collection import acquire, ftk, kape, velociraptor
from webshellhunt.sources.collection.layout import Layout, Records
from webshellhunt.sources.collection.listing import names_in
from webshellhunt.sources.collection.names import join
from webshellhunt.sources.server_folders import has_server_folder
from webshellhunt.sources.source import Source

_Recogniser = Callable[[Source, str, Mapping[str, EntryKind]], Layout | None]
_RECOGNISERS: tuple[_Recogniser, ...] = (velociraptor.recognise, acquire.recognise, kape.recognise, ftk.recognise)
_DEPTH = 3
_MOST_DIRECTORIES = 64
_MOST_COLLECTIONS = 1000
_CLIENT = lazy_pattern(r"((?:.*/)?clients/[^/]+)/collections/[^/]+", re.DOTALL)


def find_layout(source: Source) -> Layout | None:
    """Return the layout of the collection in a source, or ``None`` if none is recognised.

    Several collections of one host are one layout. Collections of several hosts are not merged.
    """
    found = list(_find_all(source))
    if found and all(map(ftk.is_volume, found)):
        return ftk.merged(source, found)
    if len(found) < 2:
        return found[0] if found else None
    clients = {match[1] if (match := _CLIENT.fullmatch(each.top)) else each.top for each in found}
    return _merged(found) if len(clients) == 1 else _of_several_hosts(found)


def _find_all(source: Source) -> Iterator[Layout]:
    level, looked = [""], 0
    for _ in range(_DEPTH + 1):
        below: list[str] = []
        for directory in level:
            looked += 1
            if looked > _MOST_DIRECTORIES:
                return
            names = names_in(source, directory)
            if _is_of_server(names):
                continue
            layout = next((found for each in _RECOGNISERS if (found := each(source, directory, names))), None)
            if layout is not None:
                yield layout
            elif names.get("clients") is EntryKind.DIRECTORY:
                yield from _of_server(source, directory)
            else:
                below += [join(directory, name) for name in sorted(names) if names[name] is EntryKind.DIRECTORY]
        level = below


def _is_of_server(names: Mapping[str, EntryKind]) -> bool:
    """Return True for the drive or a web directory of a server, where an intruder may make folders of any name."""
    return has_server_folder(names) or any(name.lower() == "web.config" for name in names)


def _of_server(source: Source, directory: str) -> Iterator[Layout]:
    """Yield the collections in the file store of a server: ``clients/C.…/collections/F.…``."""
    looked = 0
    for client in sorted(names_in(source, join(directory, "clients"))):
        flows = join(join(join(directory, "clients"), client), "collections")
        for flow in sorted(names_in(source, flows)):
            looked += 1
            if looked > _MOST_COLLECTIONS:
                return
            top = join(flows, flow)
            layout = velociraptor.recognise(source, top, names_in(source, top))
            if layout is not None:
                yield layout


def _merged(layouts: list[Layout]) -> Layout:
    """Return one layout for several collections of a host; of a file that is in several, the first one counts."""
    mounts = sorted((mount for each in layouts for mount in each.mounts), key=lambda mount: mount.top)
    merged = tuple(
        first._replace(layers=tuple(layer for mount in (first, *rest) for layer in mount.layers))
        for _, (first, *rest) in groupby(mounts, key=lambda mount: mount.top)
    )
    hidden = frozenset(path for each in layouts for path in each.hidden)
    return layouts[0]._replace(mounts=merged, hidden=hidden, read_records=_merged_records, top="", parts=tuple(layouts))


def _merged_records(source: Source, layout: Layout) -> Records:
    records = Records()
    for part in layout.parts:
        found = part.read_records(source, part)
        records = Records(
            {**found.times, **records.times},
            {**found.duplicates, **records.duplicates},
            {**found.shadows, **records.shadows},
            (*records.gaps, *found.gaps),
            records.computer or found.computer,
            records.basis or found.basis,
            _joined(records.stored, found.stored),
        )
    return records


def _joined(one: Mapping[str, tuple[int, ...]], other: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the sizes of the files of two collections; a file that is in both was stored twice."""
    return {path: (*one.get(path, ()), *other.get(path, ())) for path in {**one, **other}}


def _of_several_hosts(layouts: list[Layout]) -> Layout:
    """Return a layout that changes no path: the files of several hosts must not be merged into one."""
    return Layout("collections of several hosts", (), frozenset(), _several_hosts, parts=tuple(layouts))


def _several_hosts(source: Source, layout: Layout) -> Records:
    tops = ", ".join(each.top or source.location for each in layout.parts[:3])
    reason = f"{len(layout.parts)} collections are in this location ({tops} …); open each of them by itself"
    return Records(gaps=(Gap("several-collections", "survey", source.location, reason, matters=True),))
