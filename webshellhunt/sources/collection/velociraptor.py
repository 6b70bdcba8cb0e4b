r"""The layout of Velociraptor: ``uploads/<accessor>/<volume>/…`` with escaped names.

Source: Velociraptor, reporting/container.go (Upload), utils/sanitize.go (escapes of names),
vql/server/downloads/downloads.go (exports of the server), accessors/ntfs/vss.go and mft.go (volumes of accessors).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.encrypted import CONTENT, METADATA
from webshellhunt.sources.collection.layout import Layout, Mount
from webshellhunt.sources.collection.names import Decoder, drive_top, join, unescaped, unescaped_in_store
from webshellhunt.sources.collection.velociraptor_records import ACCESSORS, read_records, shadow_top
from webshellhunt.sources.drives import folders_in, names_in
from webshellhunt.sources.source import Source

_RECORDS = frozenset(
    {"uploads", "client_info", "collection_context", "requests", "log", "logs", "metadata", "custom_artifacts"}
)
_FLOW = lazy_pattern(r"(?:(?:.*/)?clients/[^/]+/)?collections/[^/]+", re.DOTALL)


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has ``uploads`` with a volume below an accessor."""
    if names.get("uploads") is not EntryKind.DIRECTORY:
        return None
    uploads = join(top, "uploads")
    accessors = sorted(set(folders_in(source, uploads)) & set(ACCESSORS), key=ACCESSORS.index)
    tops: dict[str, list[str]] = {}
    for accessor in accessors:
        inside = join(uploads, accessor)
        for name in folders_in(source, inside):
            volume = _volume(accessor, unescaped(name))
            if volume is not None:
                tops.setdefault(volume, []).append(join(inside, name))
    if not tops:
        return None
    decode = unescaped if _FLOW.fullmatch(top) is None else unescaped_in_store
    hidden = frozenset({uploads, *(join(uploads, each) for each in accessors), *_records(source, top, names)})
    mounts, escaped = tuple(_mounts(tops, decode)), frozenset({uploads})
    return Layout("a Velociraptor collection", mounts, hidden, read_records, top, escaped=escaped, has_extents=True)


def _records(source: Source, top: str, names: Mapping[str, EntryKind]) -> Iterator[str]:
    """Yield the records of the collector, and those next to an encrypted archive with the collection."""
    yield from (join(top, name) for name in names if _is_record(name))
    results = join(top, "results")
    yield results
    yield from (join(results, name) for name in names_in(source, results) if _is_table(name))
    above, _, name = top.rpartition("/")
    if name == CONTENT:
        yield from (top, join(above, METADATA))


def _mounts(tops: Mapping[str, list[str]], decode: Decoder) -> Iterator[Mount]:
    for top, layers in tops.items():
        yield Mount(top, tuple(layers), is_snapshot=shadow_top(top) is not None, decode=decode)


def _volume(accessor: str, name: str) -> str | None:
    """Return the top in the tree for the name of a volume: ``C:`` for a drive, the device for a shadow copy."""
    drive = drive_top(name)
    if accessor == "mft":
        return None if drive is None else f"file numbers of {drive[0]}"
    return drive or shadow_top(name)


def _is_record(name: str) -> bool:
    return _is_table(name) and name.removesuffix(".index").rpartition(".")[0] in _RECORDS


def _is_table(name: str) -> bool:
    return name.removesuffix(".index").endswith((".json", ".csv"))
