"""Entry and Artifact: a name in a directory of a source, and one file that the walk found.

They are tuples, because a hunt creates tens of thousands and sends most of them to another process.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from webshellhunt.model.places import Role, WebPlaces
from webshellhunt.model.settings import PageSettings


class EntryKind(StrEnum):
    """The kind of a directory entry."""

    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    SPECIAL = "special"


class Timestamps(NamedTuple):
    """Times of a file in UTC; ``original`` is false if they are the times of a copy.

    ``changed_utc`` is the last change of the file record (NTFS) or inode. ``name_created_utc`` and
    ``name_modified_utc`` are the times in the name attribute of NTFS (``$FILE_NAME``), which programs can't set; they
    are known for a disk image or from a file table.
    """

    modified_utc: datetime | None = None
    created_utc: datetime | None = None
    changed_utc: datetime | None = None
    accessed_utc: datetime | None = None
    original: bool = False
    name_created_utc: datetime | None = None
    name_modified_utc: datetime | None = None


class Entry(NamedTuple):
    """One name in a directory of a source.

    ``path`` is inside the source, separated by ``/``; ``""`` is its top. ``identity`` is the device and the inode, so
    that no directory is walked twice; ``None`` if the source has none. ``target`` is, for a link, the path inside the
    source that it points to, or ``None`` if it points outside. ``attributes`` are those that hide a file, if the source
    has them: ``hidden``, ``system``.
    """

    name: str
    path: str
    kind: EntryKind
    size_bytes: int = 0
    times: Timestamps = Timestamps()
    identity: tuple[int, int] | None = None
    target: str | None = None
    attributes: tuple[str, ...] = ()


class Artifact(NamedTuple):
    r"""One file as found: its path, size, times and role, without any judgement.

    ``entry_path`` is inside the source; ``path`` is for reports: the path on the server
    (``C:\\inetpub\\wwwroot\\x.aspx``) if the drive is known, else the path below the location. ``places`` are the
    directories that the paths in its text refer to.
    """

    entry_path: str
    path: str
    role: Role
    size_bytes: int
    times: Timestamps = Timestamps()
    settings: PageSettings = PageSettings()
    source_path: str | None = None
    attributes: tuple[str, ...] = ()
    places: WebPlaces = WebPlaces()

    @property
    def name(self) -> str:
        """Return the name of the file without its directory."""
        return self.entry_path.rpartition("/")[2]

    @property
    def served_from_here(self) -> tuple[str, ...]:
        """Return the virtual paths of the site whose top is the directory of the file; none for another directory."""
        folder = self.entry_path.rpartition("/")[0]
        return tuple(name for name, _ in self.places.virtual) if ("", folder) in self.places.virtual else ()
