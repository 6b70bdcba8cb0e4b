"""Recognition of collections: a directory is compared with the known layouts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection import acquire, ftk, kape, orc, velociraptor
from webshellhunt.sources.collection.layout import Layout, Records
from webshellhunt.sources.drives import host_of_drive, names_in
from webshellhunt.sources.source import Source, join

_Recogniser = Callable[[Source, str, Mapping[str, EntryKind]], Layout | None]
_RECOGNISERS: tuple[_Recogniser, ...] = (
    velociraptor.recognise,
    acquire.recognise,
    kape.recognise,
    ftk.recognise,
    orc.recognise,
)
_MOST_COLLECTIONS = 1000
_FLOW = lazy_pattern(r"(?:(.*)/)?collections/[^/]+", re.DOTALL)


def recognise(source: Source, directory: str, names: Mapping[str, EntryKind]) -> Iterator[Layout]:
    """Yield the layout of the collection in a directory with these names; those of a server's file store at once."""
    layout = next((found for each in _RECOGNISERS if (found := each(source, directory, names))), None)
    if layout is not None:
        yield layout
    elif names.get("clients") is EntryKind.DIRECTORY:
        yield from _of_server(source, directory)


def host_of(layout: Layout) -> str:
    """Return the path of the folder of a collection's host: a client may have several collections."""
    if layout.computer:
        return layout.computer
    flow = _FLOW.fullmatch(layout.top)
    return host_of_drive(layout.top) if ftk.is_volume(layout) else layout.top if flow is None else flow[1] or ""


def merged_layout(source: Source, layouts: Sequence[Layout]) -> Layout:
    """Return the layout of the collections of one host, which are one or more."""
    if all(map(ftk.is_volume, layouts)):
        return ftk.merged(source, layouts)
    if layouts[0].computer:
        return orc.merged(layouts)
    return layouts[0] if len(layouts) == 1 else _merged(layouts)


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


def _merged(layouts: Sequence[Layout]) -> Layout:
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
