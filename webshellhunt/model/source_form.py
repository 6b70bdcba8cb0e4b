"""Form of a source: what the evidence is (a folder, a collection, an image), and what follows from it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from webshellhunt.model.findings import Gap


class Snapshot(NamedTuple):
    """An earlier state of a drive, such as a volume shadow copy.

    ``top`` is the path inside the source of its top directory; ``letter`` is the drive, ``None`` if it is unknown. No
    directory lists the top, except for a collection with a shadow copy of an unknown drive. ``created_utc`` is the time
    of the state. ``only_changed`` is true if a tool stored only the files that differ from the current ones, so that an
    absent file may have been there.
    """

    name: str
    top: str
    letter: str | None = None
    created_utc: datetime | None = None
    only_changed: bool = False


class SourceForm(NamedTuple):
    """The form of a source.

    ``label`` is its name in words, such as ``a Velociraptor collection in a ZIP archive``; empty for a folder.
    ``is_collection`` is true if a tool or a person selected the files, so that an absent file is not a deleted one.
    ``gaps`` are the parts that could not be opened. ``computer`` is the name of the host, if the source states it.
    """

    label: str = ""
    is_collection: bool = False
    gaps: tuple[Gap, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    computer: str | None = None
