r"""The layout of FTK Imager: ``Partition 2 [100MB]/NONAME [NTFS]/[root]/…``, without drive letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.collection.listing import has_windows
from webshellhunt.sources.collection.names import join
from webshellhunt.sources.source import Source

_ROOT = "[root]"
_LABEL = "an export of FTK Imager"


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has the root of a volume."""
    if names.get(_ROOT) is not EntryKind.DIRECTORY:
        return None
    return Layout(_LABEL, (Mount("", (join(top, _ROOT),)),), frozenset(), read_records, top)


def merged(source: Source, layouts: Sequence[Layout]) -> Layout:
    """Return one layout for the volumes of a machine: the volume with Windows, or the only one, becomes the top.

    The letters of the other volumes are unknown, so they keep their paths.
    """
    systems = [each for each in layouts if has_windows(source, each.mounts[0].layers[0])]
    chosen = systems or (list(layouts) if len(layouts) == 1 else [])
    mounts = chosen[0].mounts if chosen else ()
    return Layout(_LABEL, mounts, frozenset(), read_records, parts=tuple(layouts))


def is_volume(layout: Layout) -> bool:
    """Return True if a layout is one volume of such an export."""
    return layout.label == _LABEL


def read_records(source: Source, layout: Layout) -> Records:
    """Return no records: the export has none."""
    return Records()
