r"""The layout of Velociraptor: ``uploads/<accessor>/<volume>/…`` with escaped names.

Source: Velociraptor, reporting/container.go (Upload), utils/sanitize.go (escapes of names),
vql/server/downloads/downloads.go (exports of the server), accessors/ntfs/vss.go and mft.go (volumes of accessors).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from webshellhunt.errors import SourceError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.layout import Layout, Mount
from webshellhunt.sources.collection.names import Decoder, drive_top, join, unescaped, unescaped_in_store
from webshellhunt.sources.collection.velociraptor_records import read_records, shadow_top
from webshellhunt.sources.source import Source

_ACCESSORS = ("auto", "file", "file_nocase", "file_links", "ntfs", "lazy_ntfs", "ntfs_vss", "fs", "collector", "mft")
"""The accessors whose paths are those of the server, the preferred one first; ``mft`` has numbers of files."""

_RECORDS = frozenset(
    {"uploads", "client_info", "collection_context", "requests", "log", "logs", "metadata", "custom_artifacts"}
)
_FLOW = lazy_pattern(r"(?:.*/)?clients/[^/]+/collections/[^/]+", re.DOTALL)


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has ``uploads`` with a volume below an accessor."""
    if names.get("uploads") is not EntryKind.DIRECTORY:
        return None
    uploads = join(top, "uploads")
    accessors = [name for name in _folders(source, uploads) if name in _ACCESSORS]
    tops: dict[str, list[str]] = {}
    closed: set[str] = set()
    for accessor in sorted(accessors, key=_ACCESSORS.index):
        inside = join(uploads, accessor)
        found = {join(inside, name): _volume(accessor, unescaped(name)) for name in _folders(source, inside)}
        for path, volume in found.items():
            if volume is not None:
                tops.setdefault(volume, []).append(path)
        if found and all(found.values()):
            closed.add(inside)
    if not tops:
        return None
    decode = unescaped if _FLOW.fullmatch(top) is None else unescaped_in_store
    hidden = {join(top, name) for name in names if _is_record(name)} | closed
    if len(closed) == len(_names(source, uploads)):
        hidden.add(uploads)
    mounts, escaped = tuple(_mounts(tops, decode)), frozenset({uploads})
    return Layout(
        "a Velociraptor collection", mounts, frozenset(hidden), read_records, top, escaped=escaped, has_extents=True
    )


def _mounts(tops: Mapping[str, list[str]], decode: Decoder) -> Iterator[Mount]:
    for top, layers in tops.items():
        yield Mount(top, tuple(layers), is_snapshot=shadow_top(top) is not None, decode=decode)


def _volume(accessor: str, name: str) -> str | None:
    """Return the top in the tree for the name of a volume: ``C:`` for a drive, the device for a shadow copy."""
    drive = drive_top(name)
    if accessor == "mft":
        return None if drive is None else f"file numbers of {drive[0]}"
    return drive or shadow_top(name)


def _names(source: Source, path: str) -> dict[str, EntryKind]:
    try:
        return source.names(path)
    except SourceError:
        return {}


def _folders(source: Source, path: str) -> list[str]:
    return sorted(name for name, kind in _names(source, path).items() if kind is EntryKind.DIRECTORY)


def _is_record(name: str) -> bool:
    stem, _, extension = name.removesuffix(".index").rpartition(".")
    return name == "results" or (stem in _RECORDS and extension in {"json", "csv"})
