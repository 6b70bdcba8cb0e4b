"""Layout: where a collection has the drives of the server, and the records of its collector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.sources.collection.names import Decoder, plain
from webshellhunt.sources.source import Source


class Mount(NamedTuple):
    """A directory of the server, and the directories of the collection with its files.

    ``top`` is its path in the tree that is shown, such as ``C:``. ``layers`` are paths in the collection, the preferred
    one first. ``is_snapshot`` is true for a volume shadow copy; ``letter`` is its drive if a folder states it.
    ``decode`` returns the original form of each name below.
    """

    top: str
    layers: tuple[str, ...]
    is_snapshot: bool = False
    decode: Decoder = plain
    letter: str | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a collector about its files, by folded path in the tree that is shown.

    ``times`` are original times. ``duplicates`` are the paths of
    files that the collector left out because of the same content; the value is the path of the file with this content.
    ``shadows`` are the creation times of volume shadow copies, by folded name. ``basis`` is the reason why the times
    are original. ``stored`` are the least sizes of the files that were stored, by path in the tree.
    """

    times: Mapping[str, Timestamps] = field(default_factory=dict)
    duplicates: Mapping[str, str] = field(default_factory=dict)
    shadows: Mapping[str, datetime] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    computer: str | None = None
    basis: str = ""
    stored: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class Layout(NamedTuple):
    """The layout of a collection: a change of paths, and the records of the collector.

    Attributes:
        label: Its name in words.
        mounts: The drives and shadow copies.
        hidden: Files in the collection that are records of the collector, not files of the server, and the directories
            of the collector, which are hidden only if nothing else is in them. A page or program is never hidden.
        read_records: Reads these records.
        top: The directory of the collection.
        escaped: Directories below which names are escaped.
        has_extents: True if a sparse file ``x`` has an index ``x.idx`` of its extents.
        keeps_times: True if an archive has the times of the server's last changes.
        has_duplicates: True if the collector leaves out files with the same content as another one.
        computer: The name of the host, if it decides which collections belong together.
        moves_files: True if the records have the path of each file, which is hidden where it is stored.
        parts: The layouts of several collections.
    """

    label: str
    mounts: tuple[Mount, ...]
    hidden: frozenset[str]
    read_records: Callable[[Source, Layout], Records]
    top: str = ""
    escaped: frozenset[str] = frozenset()
    has_extents: bool = False
    keeps_times: bool = False
    has_duplicates: bool = False
    computer: str = ""
    moves_files: bool = False
    parts: tuple[Layout, ...] = ()

    def letter_of(self, snapshot: Mount) -> str | None:
        """Return the drive of a shadow copy: the stated one, or the only one of the collection, or ``None``."""
        letters = {mount.top[0] for mount in self.mounts if mount.top[1:] == ":"}
        return snapshot.letter or (letters.pop() if len(letters) == 1 else None)

    def is_unlisted(self, mount: Mount) -> bool:
        """Return True for a shadow copy that is compared with its drive; one of an unknown drive is listed as files."""
        return mount.is_snapshot and self.letter_of(mount) is not None
