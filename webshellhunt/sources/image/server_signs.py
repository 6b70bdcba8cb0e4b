"""Signs of a server in an image without Windows: a data drive with web sites is hunted, any other image is refused.

An image of the wrong disk has nothing that a hunt could find, and "nothing was found" would be an untrue answer. The
names are those in the file table, so that no directory has to be read, and deleted pages count, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final

from webshellhunt.containers.page_names import SERVED_EXTENSIONS, extension_of
from webshellhunt.errors import SourceError, UnopenedContainerError
from webshellhunt.model.findings import Gap
from webshellhunt.ntfs.records import FILE_NAME
from webshellhunt.ntfs.values import file_name
from webshellhunt.sources.image.image import SHADOW_COPIES_NOT_READ, Image
from webshellhunt.sources.image.ntfs.file_table import FileTable
from webshellhunt.sources.image.ntfs.volume import NtfsVolume

_MOST_RECORDS: Final = 200_000
_SYSTEM32: Final = ("Windows", "System32")
_IN_SYSTEM32: Final = ("config", "inetsrv", "ntdll.dll", "ntoskrnl.exe")
_FOLDERS: Final = frozenset(
    {"windows", "inetpub", "wwwroot", "w3svc1", "httpproxy", "clientaccess", "inetsrv", "winevt", "exchange server"}
)
_PAGES: Final = SERVED_EXTENSIONS - {"config", "compiled", "inc"}
_OTHERS: Final = frozenset(
    {"config", "compiled", "inc", "htm", "html", "evtx", "log", "zip", "7z", "rar", "tar", "gz", "bak"}
    | {"vhd", "vhdx", "vmdk", "e01", "wim"}
)
"""Extensions of files that may have something of a server: configuration, logs, archives, backups and images."""

_OF_EACH_VOLUME: Final = "tracking.log"
_STEP: Final = "name the image of the server's system drive"


class _Signs(Enum):
    """The meaning of the names in an image, from the weakest to the strongest."""

    NONE = 0
    SERVER = 1
    PAGES = 2


def missing_windows(location: str, image: Image) -> tuple[Gap, ...]:
    """Return a gap for an image of a server without Windows; it matters if there are no pages, to be examined.

    Raises:
        UnopenedContainerError: There is no directory of a server in the image, and no file that could be of one; no
            part of the image is unread, and it has no shadow copies.
    """
    volumes = [place.volume for place in image.places]
    if image.form.is_collection or any(_has_windows(each) for each in volumes):
        return ()
    signs = max((_signs_in(each.table) for each in volumes), key=lambda each: each.value, default=_Signs.NONE)
    if signs is _Signs.NONE and not _may_have_more(image):
        reason = f"it is {image.form.label}, and no directory of Windows, IIS or Exchange and no page is in it"
        raise UnopenedContainerError(f"{reason}: {_STEP}", path=location)
    reason = "none of its volumes is the system drive of a Windows, so there is no registry and no configuration of IIS"
    advice = f"{_STEP}, and this image with --drive"
    return (Gap("no-windows", "open", location, f"{reason}: {advice}", matters=signs is not _Signs.PAGES),)


def _may_have_more(image: Image) -> bool:
    """Return True if there is more than the volumes that are read: unread parts, and earlier states."""
    form = image.form
    return bool(form.snapshots) or any(gap.matters or gap.code == SHADOW_COPIES_NOT_READ for gap in form.gaps)


def _has_windows(volume: NtfsVolume) -> bool:
    try:
        if volume.find(_SYSTEM32) is None:
            return False
        return any(volume.find((*_SYSTEM32, name)) is not None for name in _IN_SYSTEM32)
    except SourceError:
        return True  # it is unknown, and the gap of the directory says so


def _signs_in(table: FileTable) -> _Signs:
    """Return the strongest sign among the names in a file table; if it is too large to read, it may have some."""
    found = _Signs.SERVER if table.count > _MOST_RECORDS else _Signs.NONE
    for name in map(str.lower, _iter_names(table)):
        extension = extension_of(name)
        if extension in _PAGES:
            return _Signs.PAGES
        if found is _Signs.NONE and name != _OF_EACH_VOLUME and (extension in _OTHERS or name in _FOLDERS):
            found = _Signs.SERVER
    return found


def _iter_names(table: FileTable) -> Iterator[str]:
    for number in range(min(table.count, _MOST_RECORDS)):
        try:
            attributes = table.record(number).attributes
        except SourceError:
            continue
        for each in attributes:
            if each.kind == FILE_NAME and (found := file_name(each.content or b"")) is not None:
                yield found.name
