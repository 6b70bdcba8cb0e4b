"""The index of an archive: its form, its tree, and the contents of its members, also of the archives in it."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from typing import NamedTuple, Protocol

from webshellhunt.containers.compressed import bzip2, xz
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.page_names import ARCHIVE_EXTENSIONS, PAGE_EXTENSIONS, RUN_EXTENSIONS, extension_of
from webshellhunt.containers.recognition import is_tar_header, recognise
from webshellhunt.containers.window import Window
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.sources.archive.inflated import GZIP, InflatedView
from webshellhunt.sources.archive.kept import KEPT_BYTES, MOST_RATIO, KeptView, NewDecompressor, zstandard
from webshellhunt.sources.archive.members import Member, Place
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.archive.seven_zip import SevenZipPlace, add_seven_zip
from webshellhunt.sources.archive.tar_members import TarMembers
from webshellhunt.sources.archive.tree import Tree
from webshellhunt.sources.archive.zip_content import ZipContents
from webshellhunt.sources.archive.zip_members import NoDirectoryError, ZipMembers
from webshellhunt.sources.views import UNKNOWN_SIZE, FileView, PartView, SparseView, View

_MOST_NESTED = 100
_MOST_NESTED_RATIO = 20
_FREE_NESTED = 1024 * 1024
_FREE_BYTES = 1024 * 1024 * 1024
_VERIFIED_BYTES = 256 * 1024 * 1024
_PIECE = 1024 * 1024
_CONFIGURATION = frozenset({"web.config", "global.asax"})
_OF_SERVER = re.compile(
    r"(?i)(?:%5C%5C\.%5C)?[a-z](?:%3A|:)?|windows|inetpub|program files(?: \(x86\))?|programdata|users|wwwroot"
    r"|aspnet_client"
)

_PACKED: dict[ContainerFormat, NewDecompressor] = {
    ContainerFormat.BZIP2: bzip2,
    ContainerFormat.XZ: xz,
    ContainerFormat.ZSTANDARD: zstandard,
}
_NAMES = {
    ContainerFormat.GZIP: "gzip",
    ContainerFormat.BZIP2: "bzip2",
    ContainerFormat.XZ: "xz",
    ContainerFormat.ZSTANDARD: "Zstandard",
}
_OTHERS = RUN_EXTENSIONS | {"aff4"}  # an AFF4 image is a ZIP archive with a disk in pieces
_MOST_STATES = 512  # of a whole archive, whose members are not read in its order
_PROBE_BYTES = 4 * 1024 * 1024


class _Contents(Protocol):
    def open(self, place: Place, size_bytes: int) -> View: ...


class _TarContents:
    """Opens the contents of one tar archive."""

    def __init__(self, view: View) -> None:
        self._view = view

    def open(self, place: Place, size_bytes: int) -> View:
        return PartView(self._view, place.offset, size_bytes)


class ArchiveIndex:
    """The tree of one location, and the archives that its members are in."""

    def __init__(self, view: View, form: Form, password: str | None) -> None:
        """Read the members of an archive and of the archives in it.

        Raises:
            NoDirectoryError: A ZIP archive has no directory at its end.
            SourceError: The archive can't be read.
        """
        self.problems: Problems = Problems()
        self.tree: Tree = Tree(self.problems, self._opened)
        self.form: Form = form
        self._file = view
        self._password = None if password is None else password.encode("utf-8", "surrogateescape")
        self._archives: list[_Contents] = []
        self._to_verify = _VERIFIED_BYTES
        self._add(view, form, (), "")
        self._add_nested()
        self.tree.place_streams()

    def open(self, number: int) -> View:
        """Return the content of a file.

        Raises:
            SourceError: It can't be read.
        """
        table, place = self.tree.table, self.tree.table.place(number)
        pieces = self.tree.sparse.get(number)
        if pieces is None:
            return self._archives[place.archive].open(place, table.size_bytes(number))
        packed = self._archives[place.archive].open(place, sum(length for _, length in pieces))
        return SparseView(packed, pieces, table.size_bytes(number))

    def _opened(self, member: Member) -> View:
        if member.place.archive >= len(self._archives):
            raise UnreadableError("its archive is still being opened")
        return self._archives[member.place.archive].open(member.place, member.size_bytes)

    def close(self) -> None:
        """Close the file."""
        if isinstance(self._file, FileView):
            self._file.close()

    def _add(self, view: View, form: Form, above: tuple[str, ...], where: str) -> None:
        """Add the members of an archive below a directory of the tree."""
        number = len(self._archives)
        if form.format is ContainerFormat.SEVEN_ZIP:
            self._archives.append(
                add_seven_zip(view, self._password, SevenZipPlace(self.tree, self.problems, number, above))
            )
            return
        if form.format is ContainerFormat.TAR:
            self._add_tar(view, form, number, above)
            return
        place = find_directory(view.read, view.size_bytes)
        contents = ZipContents(view, self._password)
        self._archives.append(contents)
        members = ZipMembers(view, contents, self.tree, self.problems, where)
        if place is not None and not place.is_split:
            members.add(place, number, above)
        elif place is not None or not members.recover(number, above):
            raise NoDirectoryError

    def _add_tar(self, view: View, form: Form, number: int, above: tuple[str, ...]) -> None:
        content, where = unpacked(view, form), "/".join(above)
        # Compressed data in compressed data expands by the product of both; no real archive does.
        most = _FREE_BYTES + MOST_RATIO * self._file.size_bytes
        bounded = PartView(content, 0, most) if form.packing is not None else content
        self._archives.append(_TarContents(bounded))
        TarMembers(bounded, self.tree, self.problems, where).add(number, above)
        if isinstance(content, KeptView) and content.is_cut:
            self.problems.replace(Problem.CUT, Problem.LONG, where)

    def _add_nested(self) -> None:
        """Add the archives in the archive, each as a directory; those in directories of a server stay files."""
        for path, number in self._nested():
            try:
                view = self.open(number)
                form = find_form(view, path.rpartition("/")[2])
                if form is not None and self._is_bomb(number, form):
                    self.problems.add(Problem.NESTED_BOMB, path, matters=True)
                elif form is not None:
                    self._open_nested(view, form, path, is_damaged=self._is_damaged(number, view))
            except (SourceError, NoDirectoryError):
                self.problems.add(Problem.NESTED_BROKEN, path, matters=True)

    def _is_bomb(self, number: int, form: Form) -> bool:
        """Return True if a compressed archive in the archive is much larger than its data in the outer one."""
        if form == Form(ContainerFormat.TAR):
            return False
        size, place = self.tree.table.size_bytes(number), self.tree.table.place(number)
        packed = self._file.size_bytes if self.form.packing is not None else place.packed
        return size > _FREE_NESTED + _MOST_NESTED_RATIO * packed

    def _is_damaged(self, number: int, view: View) -> bool:
        """Return True if the checksum of an archive in the archive is wrong: names in it have no other.

        Only so many bytes are verified in all; those of the members in a larger one have checksums.
        """
        size, expected = self.tree.table.size_bytes(number), self.tree.table.place(number).checksum
        if expected < 0 or size > self._to_verify:
            return False
        self._to_verify -= size
        found = 0
        with suppress(SourceError):
            for at in range(0, size, _PIECE):
                found = zlib.crc32(view.read(at, min(_PIECE, size - at)), found)
            return found != expected
        return True

    def _open_nested(self, view: View, form: Form, path: str, *, is_damaged: bool) -> None:
        self.tree.replace_by_directory(path)
        if is_damaged:
            self.problems.add(Problem.CUT, path, matters=True, where=path)
        self._add(view, form, tuple(path.split("/")), path)

    def _nested(self) -> list[tuple[str, int]]:
        """Return the files that are archives by their names, outside the directories of a server."""
        found = [(path, number) for path, number in self.tree.iter_files() if extension_of(path) in ARCHIVE_EXTENSIONS]
        if not found:
            return []
        sites = {path.rpartition("/")[0] for path, _ in self.tree.iter_files() if _is_of_site(path)}
        outside = [(path, number) for path, number in found if not _is_of_server(path, sites)]
        return outside[:_MOST_NESTED]


def _is_of_site(path: str) -> bool:
    return extension_of(path) in PAGE_EXTENSIONS or path.rpartition("/")[2].lower() in _CONFIGURATION


def _is_of_server(path: str, sites: set[str]) -> bool:
    """Return True if an archive is in a directory of a server, where it is a file of that server."""
    above = path.split("/")[:-1]
    if any(_OF_SERVER.fullmatch(name) for name in above):
        return True
    return any("/".join(above[:length]) in sites for length in range(len(above) + 1))


class Form(NamedTuple):
    """The form of an archive: ZIP, tar or 7-Zip, and for a tar archive the compression around it, if any."""

    format: ContainerFormat
    packing: ContainerFormat | None = None

    @property
    def label(self) -> str:
        """Return the name of the form with its article."""
        if self.packing is None:
            return self.format.label
        return f"{self.format.label} compressed by {_NAMES[self.packing]}"


def find_form(view: View, name: str) -> Form | None:
    """Return the form of an archive, or ``None`` for any other file; the first bytes decide.

    A file with an extension that runs is never an archive here, since a server treats it as a page or a program.

    Raises:
        SourceError: The file can't be read.
    """
    if extension_of(name) in _OTHERS:
        return None
    found = recognise(Window(view.read, view.size_bytes), name)
    if found in (ContainerFormat.ZIP, ContainerFormat.TAR, ContainerFormat.SEVEN_ZIP):
        return Form(found)
    if found in _NAMES and _has_tar(view, found):
        return Form(ContainerFormat.TAR, found)
    # An archive whose first bytes are damaged still has its directory.
    if found is None and extension_of(name) == "zip" and find_directory(view.read, view.size_bytes) is not None:
        return Form(ContainerFormat.ZIP)
    return None


def unpacked(view: View, form: Form) -> View:
    """Return the archive without the compression around it."""
    if form.packing is None:
        return view
    return _unpacked(view, form.packing, KEPT_BYTES)


def _unpacked(view: View, packing: ContainerFormat, limit: int) -> View:
    if packing is ContainerFormat.GZIP:
        return InflatedView(view, GZIP, UNKNOWN_SIZE, _MOST_STATES)
    return KeptView(view, _PACKED[packing], limit_bytes=limit)


def _has_tar(view: View, packing: ContainerFormat) -> bool:
    """Return True if the content begins with the header of a tar archive, which a few compressed bytes show."""
    beginning = PartView(view, 0, min(view.size_bytes, _PROBE_BYTES))
    try:
        return is_tar_header(_unpacked(beginning, packing, 1).read(0, 512))
    except SourceError:
        return False
