"""Entry and Artifact: what a source lists, and one file as the walk found it.

They are tuples: a hunt makes tens of thousands, and hands most of them to another process.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from webshellhunt.model.places import Role, WebPlaces
from webshellhunt.model.settings import PageSettings


class EntryKind(StrEnum):
    """What a directory entry is."""

    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    SPECIAL = "special"


class Timestamps(NamedTuple):
    """Times of a file in UTC; ``original`` is false where the source's times are those of a copy.

    ``changed_utc`` is the change of the record (NTFS) or inode.
    """

    modified_utc: datetime | None = None
    created_utc: datetime | None = None
    changed_utc: datetime | None = None
    accessed_utc: datetime | None = None
    original: bool = False


class Entry(NamedTuple):
    """One name in a directory of a source.

    ``path`` is inside the source, separated by ``/``, ``""`` for its top. ``identity`` names the thing itself
    (device and inode) so that nothing is walked twice; ``None`` where the source has no such notion.
    ``target`` is, for a link, the path inside the source that it leads to, or ``None`` where it leads out.
    ``attributes`` are those that keep a file out of sight, where the source tells them: ``hidden``, ``system``.
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
    r"""One file as found: where, how big, when, in what kind of place. It says nothing of guilt.

    ``entry_path`` is inside the source; ``path`` is what a report shows: the server's own name for it
    (``C:\\inetpub\\wwwroot\\x.aspx``) where the drive is known, else the path under the location. ``places`` tell where
    the paths that it names lead.
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
        """Return the file's own name."""
        return self.entry_path.rpartition("/")[2]
