"""The forms of archives that are opened, and their labels."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.containers.compressed import bzip2, xz
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.page_names import RUN_EXTENSIONS, extension_of
from webshellhunt.containers.recognition import is_tar_header, recognise
from webshellhunt.containers.window import Window
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.errors import SourceError
from webshellhunt.sources.archive.inflated import GZIP, InflatedView
from webshellhunt.sources.archive.kept import KEPT_BYTES, KeptView, NewDecompressor, zstandard
from webshellhunt.sources.views import UNKNOWN_SIZE, PartView, View

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
