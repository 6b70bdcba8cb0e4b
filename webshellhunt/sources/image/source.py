"""The source for a disk image.

An image without Windows must have signs of a server: a data drive with web sites is hunted, any other image is refused.
An image of the wrong disk has nothing that a hunt could find, and "nothing was found" would be an untrue answer. The
names are those in the file table, so that no directory has to be read, and deleted pages count, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Final

from webshellhunt.containers.page_names import SERVED_EXTENSIONS, extension_of
from webshellhunt.errors import SourceError, SourceNotFoundError, UnopenedContainerError, UnreadableError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.source_form import SourceForm
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.model.times import TimeBasis, TimesChoice
from webshellhunt.ntfs.records import FILE_NAME, ROOT
from webshellhunt.ntfs.values import file_name
from webshellhunt.sources.image.image import SHADOW_COPIES_NOT_READ, Image, VolumePlace, open_image
from webshellhunt.sources.image.ntfs.file_table import FileTable
from webshellhunt.sources.image.ntfs.index import Name
from webshellhunt.sources.image.ntfs.volume import NtfsVolume
from webshellhunt.sources.source import BaseSource
from webshellhunt.sources.time_basis import times_choice

_TABLE: Final = "$MFT"
_JOURNALS: Final = frozenset({"$Extend/$UsnJrnl:$J", "$Extend/$J"})

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


class ImageSource(BaseSource):
    """Evidence in a disk image, read-only; its first directories are the drives (``C:``) and volumes without a letter.

    Only the path and the options are pickled: each worker opens the image for itself.
    """

    def __init__(self, location: str, options: SourceOptions) -> None:
        """Open an image.

        Raises:
            UnreadableError: The image is damaged, encrypted, or has no NTFS volume, or takes a package that is missing.
            UsageError: The word for the times is not a choice.
        """
        self.location: str = location
        self._options = options
        self._choice = times_choice(options.times)
        self._opened: Image | None = open_image(location, options)
        try:
            self._lacking = missing_windows(location, self._opened)
        except UnopenedContainerError:
            self.close()
            raise

    @property
    def drives(self) -> Mapping[str, str]:
        """Return the drives whose letters the registry of the image states."""
        return {place.letter: place.top for place in self._image.places if place.letter and not place.assumed}

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return one basis: the times of an image are those of the server, unless the user decided otherwise."""
        if self._choice is not TimesChoice.AUTO:
            return (TimeBasis(self.location, self._is_original, f"set by --times {self._choice}"),)
        if self._is_original:
            return (TimeBasis(self.location, True, "it is an image of the server's disk"),)
        return (TimeBasis(self.location, False, "it is a collection in a disk image, with the times of copies"),)

    @property
    def form(self) -> SourceForm:
        """Return the form of the image, with a gap for each part that is not read."""
        form = self._image.form
        return form._replace(gaps=(*form.gaps, *self._lacking))

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""
        if not path:
            return [self._top_entry(place) for place in self._image.places]
        place, names = self._split(path)
        with _with_path(path):
            number = self._directory_number(place, names)
            directory = place.volume.directory(number)
            found = [self._entry(place, path, each, number) for each in directory.names.values()]
        found.sort(key=lambda entry: entry.name)
        return found

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry."""
        if not path:
            return {place.top: EntryKind.DIRECTORY for place in self._image.places}
        place, names = self._split(path)
        with _with_path(path):
            directory = place.volume.directory(self._directory_number(place, names))
        return {name: place.volume.kind(each) for name, each in directory.names.items()}

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        if not path:
            return Entry("", "", EntryKind.DIRECTORY)
        parts = self._parts(path)
        if parts is None:
            return None
        place, rest = parts
        if not rest:
            return self._top_entry(place)
        with _with_path(path):
            special = self._special(place, rest)
            if special is not None:
                return Entry(rest.rpartition("/")[2], path, EntryKind.FILE, special)
            base, stream = _split_stream(rest)
            found, parent = self._find(place, base)
            if found is None:
                return None
            if stream:
                streams = self._streams(place, found, path.rpartition(":")[0])
                return next((each for each in streams if each.path == path), None)
            return self._entry(place, f"{place.top}/{base}".rpartition("/")[0], found, parent)._replace(path=path)

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file, from ``offset`` on."""
        place, names = self._split(path)
        rest = "/".join(names)
        with _with_path(path):
            if self._special(place, rest) is not None:
                return self._read_special(place, rest, offset, limit_bytes)
            base, stream = _split_stream(rest)
            found, _ = self._find(place, base)
            if found is None or not rest:
                raise SourceNotFoundError("no such file in this source")
            kind = place.volume.kind(found)
            if kind is EntryKind.LINK and not stream:
                return self._read_link(place, path, found, limit_bytes, offset)
            if kind is EntryKind.DIRECTORY and not stream:
                raise UnreadableError("it is not a plain file, so it is not read")
            return place.volume.stream(found, stream).read(offset, limit_bytes)

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file or directory."""
        if not path:
            return ()
        place, names = self._split(path)
        with _with_path(path):
            found, _ = self._find(place, "/".join(names))
            if found is None:
                return ()
            if place.volume.kind(found) is EntryKind.DIRECTORY and place.volume.directory(found.number).broken:
                # Its list has the names that are readable; here the walk notes that others are missing.
                broken = place.volume.directory(found.number).broken
                raise UnreadableError(f"names in this directory may be missing: {broken}")
            return tuple(self._streams(place, found, path))

    def close(self) -> None:
        """Close the files of the image; a later read opens them again."""
        if self._opened is not None:
            self._opened.disk.close()

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_opened": None}

    def __repr__(self) -> str:
        return f"ImageSource({self.location!r})"

    @property
    def _image(self) -> Image:
        if self._opened is None:
            self._opened = open_image(self.location, self._options)
        return self._opened

    @property
    def _is_original(self) -> bool:
        if self._choice is TimesChoice.AUTO:
            return not self._image.form.is_collection
        return self._choice is TimesChoice.ORIGINAL

    def _place(self, path: str) -> VolumePlace | None:
        first = path.partition("/")[0]
        by_top = self._image.by_top
        return by_top.get(first) or by_top.get(first.upper())

    def _parts(self, path: str) -> tuple[VolumePlace, str] | None:
        """Return the volume of a path, and the rest below its top; a stream of the top itself is ``:name``."""
        place = self._place(path)
        if place is not None:
            return place, path[len(place.top) + 1 :]
        top, _, stream = path.rpartition(":")
        place = self._place(top) if stream and "/" not in path else None
        return None if place is None else (place, f":{stream}")

    def _split(self, path: str) -> tuple[VolumePlace, Sequence[str]]:
        found = self._parts(path)
        if found is None:
            raise SourceNotFoundError("no such file or directory in this source", path=path)
        place, rest = found
        return place, rest.split("/") if rest else []

    def _find(self, place: VolumePlace, rest: str) -> tuple[Name | None, int]:
        """Return an entry by its path below a drive, and the number of its directory."""
        if not rest:
            return place.volume.top, ROOT
        parent, _, name = rest.rpartition("/")
        above = place.volume.find(parent.split("/")) if parent else None
        if parent and (above is None or place.volume.kind(above) is not EntryKind.DIRECTORY):
            return None, ROOT
        number = ROOT if above is None else above.number
        return place.volume.directory(number).find(name), number

    def _directory_number(self, place: VolumePlace, names: Sequence[str]) -> int:
        if not names:
            return ROOT
        found = place.volume.find(names)
        if found is None or place.volume.kind(found) is not EntryKind.DIRECTORY:
            raise SourceNotFoundError("no such directory in this source")
        return found.number

    def _entry(self, place: VolumePlace, folder: str, found: Name, parent: int) -> Entry:
        path, identity = f"{folder}/{found.name}", (place.number, found.number)
        try:
            facts = place.volume.facts(found, parent)
        except UnreadableError:
            # Listed, but its record is damaged: reading it raises the error.
            return Entry(found.name, path, place.volume.kind(found), identity=identity)
        times = facts.times if self._is_original else facts.times._replace(original=False)
        target = None if facts.target is None else path_of_target(facts.target, folder, self._image.by_top)
        return Entry(found.name, path, facts.kind, facts.size_bytes, times, identity, target, facts.attributes)

    def _streams(self, place: VolumePlace, found: Name, path: str) -> Sequence[Entry]:
        name = path.rpartition("/")[2]
        return [
            Entry(f"{name}:{stream}", f"{path}:{stream}", EntryKind.FILE, size)
            for stream, size in place.volume.streams(found)
        ]

    def _top_entry(self, place: VolumePlace) -> Entry:
        return Entry(place.top, place.top, EntryKind.DIRECTORY, 0, place.volume.top_times(), (place.number, ROOT))

    def _read_link(self, place: VolumePlace, path: str, found: Name, limit_bytes: int, offset: int) -> bytes:
        for _ in range(8):
            entry = self.stat(path)
            if entry is None or entry.kind is not EntryKind.LINK:
                break
            if entry.target is None:
                raise UnreadableError("the link points outside the source, so it is not followed")
            path = entry.target
        else:
            raise UnreadableError("the link points to itself")
        return self.read(path, limit_bytes, offset)

    @staticmethod
    def _special(place: VolumePlace, rest: str) -> int | None:
        """Return the size of a file of the file system itself, or ``None`` if the path is not that of one."""
        if rest == _TABLE:
            return place.volume.table.size_bytes
        if rest in _JOURNALS:
            journal = place.volume.journal()
            return None if journal is None else journal.size_bytes
        return None

    @staticmethod
    def _read_special(place: VolumePlace, rest: str, offset: int, count: int) -> bytes:
        volume: NtfsVolume = place.volume
        if rest == _TABLE:
            return volume.table.read_raw(offset, count)
        journal = volume.journal()
        return b"" if journal is None else journal.read(offset, count)


def _split_stream(path: str) -> tuple[str, str]:
    """Return the path of a file and the name of its stream, empty for its content."""
    folder, slash, name = path.rpartition("/")
    base, _, stream = name.partition(":")
    return f"{folder}{slash}{base}", stream


@contextmanager
def _with_path(path: str) -> Iterator[None]:
    """Add the path of the evidence to an error."""
    try:
        yield
    except SourceError as error:
        raise type(error)(error.message, path=error.path or path) from error


def path_of_target(target: str, folder: str, by_top: Mapping[str, VolumePlace]) -> str | None:
    r"""Return the path inside the source of the target of a link, or ``None`` if it is outside.

    Args:
        target: The target as the volume has it: ``\??\C:\x``, ``\x``, or a path from the directory of the link on.
        folder: The path inside the source of that directory.
        by_top: The volumes by their tops.
    """
    own = folder.partition("/")[0]
    text = target.removeprefix("\\??\\").replace("\\", "/").rstrip("/")
    if text[1:2] == ":":
        place = by_top.get(text[:2].upper())
        return None if place is None else "/".join(_walked([place.top], text[2:]))
    if text.startswith("/"):
        return "/".join(_walked([own], text))
    walked = _walked(folder.split("/"), text)
    return "/".join(walked) if walked and walked[0] == own else None


def _walked(start: list[str], path: str) -> list[str]:
    """Return the components of a path from a directory on, without ``.`` and ``..``."""
    found = list(start)
    for name in path.split("/"):
        if name == "..":
            del found[-1:]
        elif name not in ("", "."):
            found.append(name)
    return found


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
