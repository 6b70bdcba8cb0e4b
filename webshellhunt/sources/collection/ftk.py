r"""The layout of FTK Imager and UAC: the root of a volume is ``[root]``, without a drive letter.

FTK Imager exports ``Partition 2 [100MB]/NONAME [NTFS]/[root]/…``; UAC stores the files of a mounted image in
``[root]/…`` next to its log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.drives import has_windows
from webshellhunt.sources.source import Source, join

_ROOT = "[root]"
_LABEL = "an export of FTK Imager"
_UAC = "a collection of UAC"
_OF_UAC = frozenset({"uac.log", "bodyfile", "live_response"})


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has the root of a volume."""
    if names.get(_ROOT) is not EntryKind.DIRECTORY:
        return None
    label = _UAC if _OF_UAC & set(names) else _LABEL
    return Layout(label, (Mount("", (join(top, _ROOT),)),), frozenset(), read_records, top)


def merged(source: Source, layouts: Sequence[Layout]) -> Layout:
    """Return one layout for the volumes of a machine: the volume with Windows, or the only one, becomes the top.

    The letters of the other volumes are unknown, so they keep their paths.
    """
    systems = [each for each in layouts if has_windows(source, each.mounts[0].layers[0])]
    chosen = systems or (list(layouts) if len(layouts) == 1 else [])
    mounts = chosen[0].mounts if chosen else ()
    return Layout(layouts[0].label, mounts, frozenset(), read_records, parts=tuple(layouts))


def is_volume(layout: Layout) -> bool:
    """Return True if a layout is one volume of such an export."""
    return layout.label in (_LABEL, _UAC)


def read_records(source: Source, layout: Layout) -> Records:
    """Return no records: the export has none."""
    return Records()
