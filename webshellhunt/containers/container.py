"""Containers: their recognition, and the decision whether they may contain web directories."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.containers.compressed import DecompressedContent
from webshellhunt.containers.formats import ContainerFormat, Family, advice
from webshellhunt.containers.listing import MANY_MEMBERS, ContainerListing, list_cabinet, list_tar, list_zip
from webshellhunt.containers.page_names import ARCHIVE_LOCATIONS, IMAGE_LOCATIONS, RUN_EXTENSIONS, extension_of
from webshellhunt.containers.recognition import HEAD_BYTES, LARGE_BYTES, is_tar_header, recognise
from webshellhunt.containers.window import Window

_COMPRESSED = frozenset({ContainerFormat.GZIP, ContainerFormat.BZIP2, ContainerFormat.XZ})
_VELOCIRAPTOR = {"metadata.json", "data.zip"}


class Container(NamedTuple):
    """A file of a container format; ``listing`` has the names of its members if the format lists them.

    ``inner`` is the format of the content of a compressed file, if that is a container, too.
    """

    form: ContainerFormat
    size_bytes: int
    listing: ContainerListing | None = None
    inner: ContainerFormat | None = None

    @property
    def label(self) -> str:
        """Return the name of the format with its article."""
        inside = f" with {self.inner.label} in it" if self.inner is not None else ""
        if self.listing is not None and self.listing.encrypted:
            return f"an encrypted {self.form.label.removeprefix('a ')}{inside}"
        return f"{self.form.label}{inside}"

    @property
    def advice(self) -> str:
        """Return the instruction that makes its content available to a hunt."""
        if self.listing is not None and self.listing.encrypted:
            return advice(self.form).replace(" itself", " itself with --password", 1)
        if self.form is ContainerFormat.GZIP and self.inner is None:
            return "if it is a log, read it with 'webshellhunt logs', or decompress it, and hunt the result"
        if self.inner is None or self.inner is ContainerFormat.TAR:
            return advice(self.inner or self.form)
        return f"decompress it, {advice(self.inner)}"

    @property
    def may_contain_server(self) -> bool:
        """Return True if it may contain web directories, by the names of its members or because these are unknown."""
        large = self.size_bytes >= LARGE_BYTES
        family = self.form.family
        if family in (Family.EVENT_LOG, Family.HIVE, Family.FILE_TABLE) or self.form in (
            ContainerFormat.ISO,
            ContainerFormat.WIM,
        ):
            return False
        if family is Family.ENCRYPTED:
            return large or self.form is ContainerFormat.VELOCIRAPTOR
        if family is Family.IMAGE:
            is_description = self.form is ContainerFormat.VMDK and self.size_bytes < HEAD_BYTES
            return large or is_description or self.form is ContainerFormat.AFF4
        if self.listing is not None:
            unseen = not self.listing.complete and (large or self.listing.members >= MANY_MEMBERS)
            return self.listing.may_contain_server or unseen
        if self.form in _COMPRESSED:
            inner = None if self.inner is None else self.inner.family
            return inner is Family.IMAGE or (inner is Family.ARCHIVE and large)
        return large


def find_container(window: Window, name: str) -> Container | None:
    """Return a file as a container, or ``None`` if it is not one; any bytes are accepted, and the cost is bounded.

    Raises:
        OSError: The file can't be read.
    """
    form = recognise(window, name)
    if form is None:
        return None
    size = window.size_bytes
    if form is ContainerFormat.ZIP:
        listing = list_zip(window)
        return Container(_kind_of_zip(listing), size, listing)
    if form is ContainerFormat.TAR:
        return Container(form, size, list_tar(window))
    if form is ContainerFormat.CABINET:
        return Container(form, size, list_cabinet(window))
    if form in _COMPRESSED:
        return _compressed(window, form)
    return Container(form, size)


def refusal_reason(window: Window, name: str, *, logs: bool = False) -> str | None:
    """Return the reason why a file can't be a location, with an instruction, or ``None`` if it can be examined.

    A file with the extension of an archive or image, and with other content, is a failed copy. A file with an extension
    that runs is examined regardless of its first bytes. Where ``logs`` are read, so are a file that gzip compressed, or
    that is named so, and an event log.

    Raises:
        OSError: The file can't be read.
    """
    if extension_of(name) in RUN_EXTENSIONS:
        return None
    found = find_container(window, name)
    if found is None:
        return _misnamed(window, extension_of(name)) if not logs or extension_of(name) != "gz" else None
    if logs and _may_be_log(found):
        return None
    lacking = "is not examined" if found.form is ContainerFormat.EVTX else "this version does not open"
    return f"it is {found.label}, which {lacking}: {found.advice}"


def _misnamed(window: Window, extension: str) -> str | None:
    """Return the reason for a file with the extension of an archive or image, whose content is neither."""
    kind = "archive" if extension in ARCHIVE_LOCATIONS else "disk image" if extension in IMAGE_LOCATIONS else None
    is_text_part = extension == "001" and window.size_bytes > 0 and b"\0" not in window.at(0, HEAD_BYTES)
    if kind is None or is_text_part:  # a log is also numbered so
        return None
    content = "its content is that of no archive or disk image" if window.size_bytes else "it is empty"
    return f"it is named .{extension}, but {content}: copy the {kind} again, and hunt it"


def _may_be_log(found: Container) -> bool:
    """Return True for a container that is read as a log: an event log, or one compressed file."""
    return found.form is ContainerFormat.EVTX or (found.form is ContainerFormat.GZIP and found.inner is None)


def _kind_of_zip(listing: ContainerListing) -> ContainerFormat:
    names = set(listing.first_names)
    if listing.complete and names == _VELOCIRAPTOR:
        return ContainerFormat.VELOCIRAPTOR
    image = any(name.endswith(("information.turtle", "container.description")) for name in names)
    return ContainerFormat.AFF4 if image else ContainerFormat.ZIP


def _compressed(window: Window, form: ContainerFormat) -> Container:
    content = DecompressedContent(window, form)
    inside = content.window()
    if is_tar_header(inside.at(0, 512)):
        listing = list_tar(inside)
        listing.complete &= not content.is_cut
        return Container(form, window.size_bytes, listing, ContainerFormat.TAR)
    return Container(form, window.size_bytes, None, recognise(inside, ""))
